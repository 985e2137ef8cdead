import { z } from 'zod'

/** The stretch the live view looks at, and how long after an event somebody counts as online. */
export const LIVE_WINDOW_MS = 30 * 60_000
export const ONLINE_MS = 5 * 60_000
/** At most so many events come with one answer. */
export const LIVE_EVENTS_MAX = 100

/** Query of `GET /api/analytics/live`: `after` is `cursor` of the answer before; without it the latest events come. */
export const liveQuery = z.object({
  project: z.string().min(1).max(200).default('default'),
  after: z
    .string()
    .regex(/^\d{1,16}$/, { message: 'expected `cursor` of the answer before' })
    .optional(),
})
export type LiveQuery = z.output<typeof liveQuery>

/** An event as it arrived. It names nobody. */
export const liveEvent = z.object({
  id: z.string(),
  timestampMs: z.int(),
  event: z.string(),
  route: z.string().nullable(),
  country: z.string().nullable(),
  device: z.string().nullable(),
})
export type LiveEvent = z.infer<typeof liveEvent>

/**
 * Answer of `GET /api/analytics/live`: the last 30 minutes by the events' own time, bots left out. An event may come with more
 * than one answer; its id tells.
 */
export const liveReport = z.object({
  nowMs: z.int(),
  /** People with an event in the last 5 minutes, and in the last 30. */
  online: z.int().min(0),
  people: z.int().min(0),
  /** 30 whole minutes, the present one last. */
  minutes: z.array(z.object({ startMs: z.int(), events: z.int().min(0) })),
  /** The 10 most seen, by page views; ties by name. */
  pages: z.array(z.object({ route: z.string(), count: z.int().min(0), people: z.int().min(0) })),
  /** The 10 with most people; null is "not known". */
  countries: z.array(z.object({ country: z.string().nullable(), people: z.int().min(0) })),
  /** The latest to arrive first. */
  events: z.array(liveEvent),
  cursor: z.string(),
})
export type LiveReport = z.infer<typeof liveReport>
