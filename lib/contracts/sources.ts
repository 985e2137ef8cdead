import { z } from 'zod'
import { dimensionRows } from './dimension-report'
import { reportQuery } from './report-query'

/** What can be asked about where people came from. */
export const SOURCE_DIMENSIONS = ['channel', 'referrer', 'utm_source', 'utm_medium', 'utm_campaign'] as const
export type SourceDimension = (typeof SOURCE_DIMENSIONS)[number]

/** Query of `GET /api/analytics/sources`. */
export const sourcesQuery = reportQuery.safeExtend({ dimension: z.enum(SOURCE_DIMENSIONS).default('channel') })
export type SourcesQuery = z.output<typeof sourcesQuery>

/** Answer of `GET /api/analytics/sources`: a channel and a session's origin are those of its first event. */
export const sourcesReport = z.object({ dimension: z.enum(SOURCE_DIMENSIONS), rows: dimensionRows })
export type SourcesReport = z.infer<typeof sourcesReport>
