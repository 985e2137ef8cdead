import { z } from 'zod'

/** What a row measures; each lane is one append function of the store. */
export const LANES = ['events', 'vitals', 'ai', 'database'] as const
export type Lane = (typeof LANES)[number]

/** A row that the store refused for what it holds, kept for people to look at. */
export const deadLetter = z.object({
  /** Of the letter, not of the row in it; the higher the later it was parked. */
  id: z.string(),
  lane: z.enum(LANES),
  /** Why it is here, such as `refused_by_store`. */
  reason: z.string(),
  /** The store's own code (SQLSTATE), such as `22003`; empty when it gave none. */
  code: z.string(),
  /** The row as the store would have taken it, scrubbed like any other. */
  row: z.record(z.string(), z.unknown()),
  createdAtMs: z.int(),
  /** How often it was tried again, in vain. */
  attempts: z.int().min(0),
})
export type DeadLetter = z.infer<typeof deadLetter>

/** Query of `GET /api/ingest/dead-letters`: the latest first, `before` is the `id` of the last letter seen. */
export const deadLetterQuery = z.object({
  project: z.string().min(1).max(200).default('default'),
  before: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/** Answer of `GET /api/ingest/dead-letters`; `total` counts all letters of the project. */
export const deadLetterPage = z.object({ items: z.array(deadLetter), total: z.int().min(0) })
export type DeadLetterPage = z.infer<typeof deadLetterPage>

const ids = z
  .array(z.string().regex(/^\d{1,18}$/))
  .min(1)
  .max(1_000)

/** Body of `POST /api/ingest/dead-letters/retry`. */
export const deadLetterRetryRequest = z.union([z.strictObject({ ids }), z.strictObject({ all: z.literal(true) })])

/** Answer of retrying: rows that are in the tables now, rows refused again, letters of the project that are left. */
export const deadLetterRetryAnswer = z.object({
  stored: z.int().min(0),
  refused: z.int().min(0),
  left: z.int().min(0),
})
export type DeadLetterRetryAnswer = z.infer<typeof deadLetterRetryAnswer>

/** Body of `POST /api/ingest/dead-letters/discard`. */
export const deadLetterDiscardRequest = z.strictObject({ ids })

/** Answer of discarding. */
export const deadLetterDiscardAnswer = z.object({ discarded: z.int().min(0), left: z.int().min(0) })
export type DeadLetterDiscardAnswer = z.infer<typeof deadLetterDiscardAnswer>
