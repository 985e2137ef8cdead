import { z } from 'zod'
import { activityQuery } from './actives'

/** Query of `GET /api/analytics/lifecycle`. */
export const lifecycleQuery = activityQuery

/**
 * Per calendar interval, each person in one state at most. `new`: never active before. `returning`: active in the interval before,
 * too. `resurrecting`: active again after at least one interval without. `dormant`: active in the interval before, not in this one;
 * null while the interval still runs, because they may yet come.
 */
export const lifecycleReport = z.object({
  series: z.array(
    z.object({
      start: z.iso.datetime(),
      end: z.iso.datetime(),
      isComplete: z.boolean(),
      new: z.int(),
      returning: z.int(),
      resurrecting: z.int(),
      dormant: z.int().nullable(),
    }),
  ),
})
export type LifecycleReport = z.infer<typeof lifecycleReport>
