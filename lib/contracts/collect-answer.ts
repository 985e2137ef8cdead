import { z } from 'zod'

/** Why one item of a batch was not kept. Each reason is a metric label, `rejected.<reason>` in the figures of ingestion. */
export const REJECT_REASONS = [
  /** `id` is no uuid, or missing. */
  'invalid_id',
  /** It is no object, of no known type, or lacks a name; or a name or id is too long, a value of the wrong type. */
  'invalid_event',
  /** `timestamp` is no whole number of ms, or no instant that a calendar has. */
  'invalid_timestamp',
  /** Free JSON is no object; of `custom`, a value is no number. Too much of it is cut, never a reason. */
  'invalid_properties',
  /** A browser says that it happened more than 7 days ago. */
  'too_old',
  /** A browser says that it will happen in more than a minute. */
  'in_future',
  /** The store cannot hold it, such as an instant beyond its calendar. Parked among the dead letters. */
  'refused_by_store',
] as const
export type RejectReason = (typeof REJECT_REASONS)[number]

/** What became of a batch: `accepted + duplicates + rejected.length` is the number of items sent; `index` counts from 0. */
export const collectAnswer = z.object({
  accepted: z.int().min(0),
  duplicates: z.int().min(0),
  rejected: z.array(z.object({ index: z.int().min(0), reason: z.enum(REJECT_REASONS) })),
})
export type CollectAnswer = z.infer<typeof collectAnswer>
