import { z } from 'zod'

const totals = z.object({
  /** `user_events` rows. */
  events: z.int(),
  /** Those of them that are page views (`$pageview`). */
  pageviews: z.int(),
  people: z.int(),
  /** Visits of one tab, ended by 30 idle minutes, with an event in the range. */
  sessions: z.int(),
  /** `conversions` rows. */
  conversions: z.int(),
})

/** Answer of `GET /api/analytics/events`. `top` holds the 50 most frequent names; series points exist for empty buckets too. */
export const eventsReport = z.object({
  totals,
  previous: totals,
  series: z.array(z.object({ start: z.iso.datetime(), events: z.int(), people: z.int() })),
  top: z.array(z.object({ event: z.string(), count: z.int(), people: z.int() })),
  /** Named funnels, fed by `conversion(funnel, step)`: people who reached each step; ratio to the first step. */
  funnels: z.array(
    z.object({
      name: z.string(),
      steps: z.array(z.object({ step: z.string(), count: z.int(), conversionRatio: z.number().nullable() })),
    }),
  ),
  /** Page views (`$pageview`) by route, the 50 most seen. */
  pages: z.array(z.object({ route: z.string(), count: z.int(), people: z.int() })),
})
export type EventsReport = z.infer<typeof eventsReport>
