import { z } from 'zod'
import { groupVitals, performanceQuery } from './performance-report'

/** What navigations are broken down by. */
export const BREAKDOWNS = ['route', 'device', 'connection', 'country', 'browser', 'navigationType', 'release'] as const
export type Breakdown = (typeof BREAKDOWNS)[number]

/** Query of `GET /api/analytics/performance/breakdown`. */
export const breakdownQuery = performanceQuery.safeExtend({ by: z.enum(BREAKDOWNS).default('route') })
export type BreakdownQuery = z.output<typeof breakdownQuery>

const breakdownRow = groupVitals.extend({ value: z.string() })
export type BreakdownRow = z.infer<typeof breakdownRow>

/** Answer of the breakdown. */
export const performanceBreakdown = z.object({
  by: z.enum(BREAKDOWNS),
  /** Most navigations first, at most 50 values, 100 routes; navigations of which the value is not known are in none. */
  rows: z.array(breakdownRow),
  /** As in the performance report. */
  precision: z.enum(['exact', 'histogram']),
})
export type PerformanceBreakdown = z.infer<typeof performanceBreakdown>
