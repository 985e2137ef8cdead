import { z } from 'zod'
import { REJECT_REASONS } from './collect-answer'
import { timezone } from './report-query'

/** What a file may be: lines of JSON, CSV, a combined access log of Apache or Nginx, and what three other products export. */
export const IMPORT_FORMATS = ['ndjson', 'csv', 'combined-log', 'umami', 'posthog', 'mixpanel'] as const
export type ImportFormat = (typeof IMPORT_FORMATS)[number]

/** Fields of an event that a column can fill; every other target is `properties.<name>` or `traits.<name>`. */
export const IMPORT_FIELDS = [
  'id',
  'type',
  'timestamp',
  'event',
  'funnel',
  'step',
  'userId',
  'anonymousId',
  'sessionId',
  'route',
  'referrer',
  'release',
  'country',
  'device',
  'browser',
  'os',
  'userAgent',
] as const
export type ImportField = (typeof IMPORT_FIELDS)[number]

const target = z
  .string()
  .refine((name) => (IMPORT_FIELDS as readonly string[]).includes(name) || /^(properties|traits)\..+$/s.test(name), {
    message: `expected one of ${IMPORT_FIELDS.join(', ')}, or properties.<name>`,
  })

/**
 * Which column fills which field: `{ "timestamp": "date", "event": "=purchase", "properties.revenue": "dollars" }`. A source is
 * the name of a column, or `=` and a constant. Without any `properties.…` target every column that fills no field becomes a
 * property of its own name.
 */
export const importMapping = z.record(target, z.string().min(1).max(200))
export type ImportMapping = z.infer<typeof importMapping>

/** Between the columns of a CSV file: one character, `tab`, or `whitespace` for any run of blanks (then nothing is quoted). */
export const importDelimiter = z.union([z.enum(['tab', 'whitespace']), z.string().length(1)])

/** How a file is read. */
export const importOptions = z.object({
  format: z.enum(IMPORT_FORMATS),
  mapping: importMapping.optional(),
  delimiter: importDelimiter.optional(),
  /** For times that name no offset; UTC unless given. */
  timezone: timezone.optional(),
})
export type ImportOptions = z.infer<typeof importOptions>

/** Query of `POST /api/import`; the body is the file itself, plain or gzip. `mapping` is JSON here. */
export const importQuery = importOptions.extend({
  project: z.string().min(1).max(200).default('default'),
  mapping: z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        context.issues.push({ code: 'custom', input: text, message: 'expected JSON, such as {"timestamp":"date"}' })
        return z.NEVER
      }
    })
    .pipe(importMapping)
    .optional(),
})
export type ImportQuery = z.output<typeof importQuery>

/** Why a line of a file was not kept. */
export const BAD_LINE_REASONS = [
  ...REJECT_REASONS,
  /** Not of the format: no JSON object, no request of a log, another number of columns than the header's. */
  'unreadable',
  /** The format or the mapping leads to nothing that says when, or what. */
  'missing_timestamp',
  'missing_event',
  /** Longer than a line may be. */
  'line_too_long',
] as const
export type BadLineReason = (typeof BAD_LINE_REASONS)[number]

/** One line that was not kept; `line` counts from 1, the header included. */
export const badLine = z.object({ line: z.int().min(1), reason: z.enum(BAD_LINE_REASONS) })
export type BadLine = z.infer<typeof badLine>

/** Bad lines that an answer lists; `rejected` counts them all. */
export const BAD_LINES_MAX = 1_000

/**
 * Answer of `POST /api/import`: `records = accepted + duplicates + rejected + skipped`. Skipped is what the format holds besides
 * events, such as a log's requests for pictures. Times are those of the records that were understood; null without any.
 */
export const importAnswer = z.object({
  records: z.int().min(0),
  accepted: z.int().min(0),
  duplicates: z.int().min(0),
  skipped: z.int().min(0),
  rejected: z.int().min(0),
  badLines: z.array(badLine),
  from: z.iso.datetime().nullable(),
  to: z.iso.datetime().nullable(),
})
export type ImportAnswer = z.infer<typeof importAnswer>

/** Longest line of a file, in bytes. */
export const LINE_BYTES_MAX = 1_048_576
/** Most an upload may hold once inflated: some hundred million events. `npm run import`, which sends in parts, knows no limit. */
export const UPLOAD_BYTES_MAX = 64 * 1_073_741_824
/** An upload of which nothing more comes for so long is over. */
export const UPLOAD_IDLE_MS = 30_000
