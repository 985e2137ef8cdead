import { z } from 'zod'
import { reportQuery } from './report-query'

/** Query of `GET /api/analytics/stickiness`: calendar weeks or months that touch the range, at most 60. */
export const stickinessQuery = reportQuery.safeExtend({
  period: z.enum(['week', 'month']).default('week'),
  weekStart: z.enum(['monday', 'sunday']).default('monday'),
})
export type StickinessQuery = z.output<typeof stickinessQuery>

/**
 * Per period the people active in it: `daysActive[n - 1]` of them on exactly n of its days. `days` counts the days that have begun.
 * `ratio` is the mean of the daily actives over the actives of the period (DAU/WAU or DAU/MAU); null when nobody was active.
 */
export const stickinessReport = z.object({
  periods: z.array(
    z.object({
      start: z.iso.datetime(),
      end: z.iso.datetime(),
      isComplete: z.boolean(),
      days: z.int(),
      people: z.int(),
      daysActive: z.array(z.int()),
      averageDays: z.number().nullable(),
      ratio: z.number().nullable(),
    }),
  ),
})
export type StickinessReport = z.infer<typeof stickinessReport>
