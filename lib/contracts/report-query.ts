import { z } from 'zod'
import { parseInstantMs, RANGES } from '../core/time-range'
import { FILTER_FIELDS } from './report-filter'

/** An instant: ISO 8601 with offset, or integer ms. Parsed to Unix ms. */
export const instantMs = z.union([z.string(), z.number()]).transform((value, context) => {
  const ms = parseInstantMs(value)
  if (ms !== null) return ms
  context.issues.push({
    code: 'custom',
    input: value,
    message: 'expected ISO 8601 with an offset, such as 2026-05-01T00:00:00Z, or integer milliseconds',
  })
  return z.NEVER
})

/** An IANA time zone name that this runtime knows, such as `Europe/Berlin`. */
export const timezone = z.string().refine(
  (zone) => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: zone })
      return true
    } catch {
      return false // the constructor's RangeError is the only way to ask
    }
  },
  { message: 'expected an IANA time zone, such as Europe/Berlin' },
)

type MaybeRange = { range?: unknown; from?: number | undefined; to?: number | undefined }

/** Adds an issue unless the query holds exactly one of `range` and a pair `from` < `to`. */
export function checkRange({ range, from, to }: MaybeRange, context: z.RefinementCtx): void {
  const isPartial = (from === undefined) !== (to === undefined)
  if (isPartial || (from !== undefined) === (range !== undefined)) {
    context.addIssue({ code: 'custom', path: ['range'], message: 'give either `range` or both `from` and `to`' })
  }
  if (from !== undefined && to !== undefined && from >= to) {
    context.addIssue({ code: 'custom', path: ['to'], message: '`to` must lie after `from`' })
  }
}

/** What every report's query string may hold. Either `range` or both of `from` and `to`; neither means 24h. */
export const reportQuery = z
  .object({
    project: z.string().min(1).max(200).default('default'),
    range: z.enum(RANGES).optional(),
    from: instantMs.optional(),
    to: instantMs.optional(),
    timezone: timezone.optional(),
    ...FILTER_FIELDS,
    event: z.string().min(1).max(2_048).optional(),
    /** Marked bots are left out unless this is `true`. */
    bots: z.enum(['true', 'false']).optional(),
  })
  .superRefine((query, context) => {
    if (query.range === undefined && query.from === undefined && query.to === undefined) return
    checkRange(query, context)
  })
export type ReportQuery = z.output<typeof reportQuery>
