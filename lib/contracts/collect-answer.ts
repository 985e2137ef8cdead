import { z } from 'zod'

/** Why one item of a batch was not kept. Each reason is a metric label. */
export const REJECT_REASONS = [
  'invalid_id',
  'invalid_event',
  'invalid_timestamp',
  'invalid_properties',
  'too_old',
  'in_future',
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
