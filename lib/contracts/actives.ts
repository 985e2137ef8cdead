import { z } from 'zod'
import { reportQuery } from './report-query'

export const ACTIVITY_INTERVALS = ['day', 'week', 'month'] as const
export type ActivityInterval = (typeof ACTIVITY_INTERVALS)[number]

const weekStart = z.enum(['monday', 'sunday']).default('monday')

/** The query of reports on activity by interval; `event` narrows activity to that event. The range widens to whole intervals and ends now. */
export const activityQuery = reportQuery.safeExtend({ interval: z.enum(ACTIVITY_INTERVALS).default('day'), weekStart })
export type ActivityQuery = z.output<typeof activityQuery>

/** Query of `GET /api/analytics/actives`. */
export const activesQuery = activityQuery

/**
 * Distinct people with at least one event, per calendar interval; an interval that is not `isComplete` still runs.
 * `people` counts those of all intervals together. Of days, `last7` and `last30` are the distinct people of that many days up to and with
 * this one; null for weeks and months.
 */
export const activesReport = z.object({
  people: z.int(),
  series: z.array(
    z.object({
      start: z.iso.datetime(),
      end: z.iso.datetime(),
      isComplete: z.boolean(),
      people: z.int(),
      last7: z.int().nullable(),
      last30: z.int().nullable(),
    }),
  ),
})
export type ActivesReport = z.infer<typeof activesReport>
