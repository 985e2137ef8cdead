import { z } from 'zod'
import { checkFunnel, FUNNEL_QUERY_FIELDS } from './funnel'

export const FUNNEL_INTERVALS = ['hour', 'day', 'week', 'month'] as const
export type FunnelInterval = (typeof FUNNEL_INTERVALS)[number]

/** Body of `POST /api/analytics/funnels/trend`. */
export const funnelTrendQuery = z
  .strictObject({
    ...FUNNEL_QUERY_FIELDS,
    interval: z.enum(FUNNEL_INTERVALS).default('day'),
    weekStart: z.enum(['monday', 'sunday']).default('monday'),
  })
  .superRefine(checkFunnel)
export type FunnelTrendQuery = z.output<typeof funnelTrendQuery>
export type FunnelTrendRequest = z.input<typeof funnelTrendQuery>

/**
 * Answer: one point per interval, empty ones included. A person belongs to every interval in which an attempt of theirs began,
 * with the best of the attempts that began in it; `counts[k]` reached step k + 1. `isComplete`: no attempt of the interval can
 * get any further, because its window ended before `to`.
 */
export const funnelTrend = z.object({
  points: z.array(
    z.object({
      start: z.iso.datetime(),
      counts: z.array(z.int()),
      /** Last step to first; null when nobody entered. */
      conversionRatio: z.number().nullable(),
      isComplete: z.boolean(),
    }),
  ),
})
export type FunnelTrend = z.infer<typeof funnelTrend>
