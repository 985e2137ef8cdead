import { z } from 'zod'

/** Query of `GET /api/people/[personId]`: `before` is `next` of the page before. */
export const timelineQuery = z.object({
  project: z.string().min(1).max(200).default('default'),
  before: z
    .string()
    .regex(/^-?\d{1,15}(,[0-9a-f-]{36}){2}$/, { message: 'expected `next` of the page before' })
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export type TimelineQuery = z.output<typeof timelineQuery>

/** Who this is: what is known of them, null where nothing is. Times are Unix ms. */
export const person = z.object({
  personId: z.string(),
  userId: z.string().nullable(),
  /** The application's own id of them; equal to `userId` when that is a uuid. */
  externalId: z.string().nullable(),
  traits: z.record(z.string(), z.unknown()),
  /** Browsers and ids that are linked as this person, the user's own among them; 0 for somebody who never signed in. */
  actors: z.int().min(0),
  /** Of the profile; null for somebody who never signed in. */
  firstSeenMs: z.int().nullable(),
  lastSeenMs: z.int().nullable(),
  events: z.int().nullable(),
})
export type Person = z.infer<typeof person>

/** One thing a person did. Rows marked as bots are none. */
export const timelineEvent = z.object({
  id: z.string(),
  kind: z.enum(['event', 'conversion']),
  timestampMs: z.int(),
  /** Event name; `<funnel>: <step>` for a conversion. */
  name: z.string(),
  route: z.string().nullable(),
  referrer: z.string().nullable(),
  device: z.string().nullable(),
  browser: z.string().nullable(),
  os: z.string().nullable(),
  country: z.string().nullable(),
  properties: z.record(z.string(), z.unknown()),
})
export type TimelineEvent = z.infer<typeof timelineEvent>

/**
 * Answer of `GET /api/people/[personId]`: the latest first. `next` is the `before` of the next page, null after the last.
 * A page may be short, even empty, and go on: one call looks through a bounded number of rows.
 */
export const timeline = z.object({
  person,
  items: z.array(timelineEvent),
  next: z.string().nullable(),
  /** Unix ms down to which this page looked; null when it looked through everything. */
  searchedToMs: z.int().nullable(),
})
export type Timeline = z.infer<typeof timeline>
