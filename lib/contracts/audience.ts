import { z } from 'zod'
import { dimensionRows } from './dimension-report'
import { reportQuery } from './report-query'

/** What can be asked about people's place and machines. Countries come from the edge's headers or GeoIP, as ISO 3166-1 alpha-2. */
export const AUDIENCE_DIMENSIONS = ['country', 'device', 'browser', 'os'] as const
export type AudienceDimension = (typeof AUDIENCE_DIMENSIONS)[number]

/** Query of `GET /api/analytics/audience`. */
export const audienceQuery = reportQuery.safeExtend({ dimension: z.enum(AUDIENCE_DIMENSIONS).default('country') })
export type AudienceQuery = z.output<typeof audienceQuery>

/** Answer of `GET /api/analytics/audience`. */
export const audienceReport = z.object({ dimension: z.enum(AUDIENCE_DIMENSIONS), rows: dimensionRows })
export type AudienceReport = z.infer<typeof audienceReport>
