import { z } from 'zod'
import { NAME_LENGTH_MAX } from './collect-limits'

/** Query of `GET /api/analytics/event-names`: names that hold `search`, whatever its case; those that begin with it come first. */
export const eventNamesQuery = z.object({
  project: z.string().min(1).max(200).default('default'),
  search: z.string().max(NAME_LENGTH_MAX).default(''),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export type EventNamesQuery = z.output<typeof eventNamesQuery>

/** Answer: `count` is the rows that were ever counted, bots left out; the most frequent first. */
export const eventNames = z.object({ items: z.array(z.object({ event: z.string(), count: z.int() })) })
export type EventNames = z.infer<typeof eventNames>

/** Query of `GET /api/analytics/event-properties`: what conditions on an event could say. `*` is any event. */
export const eventPropertiesQuery = z.object({
  project: z.string().min(1).max(200).default('default'),
  event: z.string().min(1).max(NAME_LENGTH_MAX),
})
export type EventPropertiesQuery = z.output<typeof eventPropertiesQuery>

/**
 * Answer: property keys and columns (`$route` …) with their most frequent values, of up to 2,000 rows of the event in the last
 * 30 days (`sampleCount` of them); a suggestion, not a measurement. Values that are no scalars are left out.
 */
export const eventProperties = z.object({
  sampleCount: z.int(),
  items: z.array(z.object({ key: z.string(), values: z.array(z.union([z.string(), z.number(), z.boolean()])) })),
})
export type EventProperties = z.infer<typeof eventProperties>
