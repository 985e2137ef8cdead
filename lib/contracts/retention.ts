import { z } from 'zod'
import { RANGES } from '../core/time-range'
import { checkRange, instantMs, timezone } from './report-query'
import { eventStep } from './step'

/** Body of `POST /api/analytics/retention`. */
export const retentionQuery = z
  .strictObject({
    from: instantMs.optional(),
    to: instantMs.optional(),
    range: z.enum(RANGES).optional(),
    interval: z.enum(['hour', 'day', 'week', 'month']).default('day'),
    mode: z.enum(['recurring', 'first_time', 'first_ever']).default('recurring'),
    windows: z.enum(['calendar', 'rolling']).default('calendar'),
    cumulative: z.boolean().default(false),
    timezone: timezone.optional(),
    weekStart: z.enum(['monday', 'sunday']).default('monday'),
    target: eventStep,
    return: eventStep,
  })
  .superRefine((query, context) => {
    checkRange(query, context)
  })
export type RetentionQuery = z.output<typeof retentionQuery>
export type RetentionRequest = z.input<typeof retentionQuery>

/**
 * One cohort per interval, empty ones included. `counts[0]` is its size, `counts[k]` its people who did the return event
 * k intervals later; cells that had not begun before `to` are absent. `averageRatios[k]` pools the cohorts that reached
 * column k: their summed `counts[k]` over their summed sizes; null when those sizes sum to 0.
 */
export const retentionReport = z.object({
  cohorts: z.array(z.object({ start: z.iso.datetime(), size: z.int(), counts: z.array(z.int()) })),
  averageRatios: z.array(z.number().nullable()),
})
export type RetentionReport = z.infer<typeof retentionReport>
