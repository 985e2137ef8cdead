import { z } from 'zod'
import { reportQuery } from './report-query'

/** What a table can be written as, besides the report's own JSON. */
export const TABLE_FORMATS = ['csv', 'ndjson'] as const
export type TableFormat = (typeof TABLE_FORMATS)[number]

/**
 * What any report under `/api/analytics/` may be asked besides: `format` for a table instead of JSON, and which of the report's
 * tables (`series`, `top`, …); without `table` all of them, each row naming its own.
 */
export const tableQuery = z.object({
  format: z.enum([...TABLE_FORMATS, 'json']).default('json'),
  table: z.string().min(1).max(200).optional(),
})
export type TableQuery = z.output<typeof tableQuery>

/** Query of `GET /api/export/events`: a report's range and filters, and what the events are written as. */
export const eventExportQuery = reportQuery.safeExtend({ format: z.enum(TABLE_FORMATS).default('ndjson') })
export type EventExportQuery = z.output<typeof eventExportQuery>

/**
 * One event of an export, a line of NDJSON or of CSV (there `properties` is JSON in a cell). Read again by `npm run import --
 * ndjson`. Times are ISO 8601; `personId` is whom the row counts for, null under Global Privacy Control.
 */
export const exportedEvent = z.object({
  id: z.string(),
  timestamp: z.iso.datetime(),
  event: z.string(),
  actorId: z.string(),
  personId: z.string().nullable(),
  /** The application's own id, where one was ever sent with the row. */
  userId: z.string().nullable(),
  sessionId: z.string().nullable(),
  route: z.string().nullable(),
  referrer: z.string().nullable(),
  utmSource: z.string().nullable(),
  utmMedium: z.string().nullable(),
  utmCampaign: z.string().nullable(),
  utmTerm: z.string().nullable(),
  utmContent: z.string().nullable(),
  device: z.string().nullable(),
  browser: z.string().nullable(),
  os: z.string().nullable(),
  country: z.string().nullable(),
  release: z.string().nullable(),
  botReasons: z.array(z.string()).nullable(),
  properties: z.record(z.string(), z.json()).nullable(),
})
export type ExportedEvent = z.infer<typeof exportedEvent>
