import { z } from 'zod'
import { NAME_LENGTH_MAX } from './collect-limits'

/** The actor of measurements without a user. */
const NOBODY = '00000000-0000-0000-0000-000000000000'
const name = z.string().min(1).max(NAME_LENGTH_MAX)
const reference = z.strictObject({
  /** The application's own id, as it was given to `identify` and `track`. */
  userId: name.optional(),
  /** The browser's anonymous id. */
  anonymousId: name.optional(),
  /** The actor as the store knows it; it is in every exported row. */
  actorId: z
    .guid()
    .refine((id) => id !== NOBODY, { message: 'the nil uuid is nobody' })
    .optional(),
})

/** One person, named in exactly one way: body of `POST /api/people/lookup`, `…/export` and `…/erase`. */
export const personReference = reference.refine(
  (given) => Object.values(given).filter((value) => value !== undefined).length === 1,
  { message: 'give exactly one of `userId`, `anonymousId` and `actorId`' },
)
export type PersonReference = z.output<typeof personReference>

/** By table: how many rows. */
const rowCounts = z.record(z.string(), z.int().min(0))

/** What is kept about a known user besides the rows; times are Unix ms. */
export const personProfile = z.object({
  userId: z.string(),
  /** The application's id when that is no uuid. */
  externalId: z.string().nullable(),
  traits: z.record(z.string(), z.unknown()),
  firstSeenMs: z.int(),
  lastActivityMs: z.int(),
  totalEvents: z.int(),
  featuresUsed: z.array(z.string()),
})
export type PersonProfile = z.infer<typeof personProfile>

/** Answer of `POST /api/people/lookup`: everything that is stored of one person, counted; null when there is nothing. */
export const personSummary = z.object({
  /** Every actor that is this person, the user's own first. */
  actorIds: z.array(z.string()),
  profile: personProfile.nullable(),
  counts: rowCounts,
  /** Earliest and latest `timestamp` of the person's rows, Unix ms; null when only a profile or a link is left. */
  firstSeenMs: z.int().nullable(),
  lastSeenMs: z.int().nullable(),
})
export type PersonSummary = z.infer<typeof personSummary>

/** Proof that a person was erased. It names nobody: `jws` carries the other fields and a keyed hash of the subject. */
export const erasureReceipt = z.object({
  id: z.string(),
  /** Compact JWS (HS256) over these fields; `POST /api/people/verify-receipt` says whether it is ours. */
  jws: z.string(),
  /** ISO 8601. What happened later is a new beginning and not covered. */
  erasedAt: z.iso.datetime(),
  actorCount: z.int().min(0),
  /** By table: rows deleted. */
  rows: rowCounts,
})
export type ErasureReceipt = z.infer<typeof erasureReceipt>

/** Answer of `POST /api/people/erase`. */
export const erasureAnswer = z.object({ receipt: erasureReceipt })
export type ErasureAnswer = z.infer<typeof erasureAnswer>

/** An erasure as `GET /api/people/erasures` lists it: the audit entry. It is kept for good and names nobody. */
export const erasure = z.object({
  id: z.string(),
  /** `running` is under way, or was interrupted: the same request again continues it. */
  status: z.enum(['running', 'finished']),
  /** Who asked: `member <id>` or `key`. */
  requestedBy: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  actorCount: z.int().min(0),
  rows: rowCounts,
  /** Null until it is finished. */
  jws: z.string().nullable(),
})
export type Erasure = z.infer<typeof erasure>

/** Answer of `GET /api/people/erasures`: the latest 500, the latest first. */
export const erasureList = z.object({ items: z.array(erasure) })
export type ErasureList = z.infer<typeof erasureList>

/** Body of `POST /api/people/verify-receipt`; with `person` it is also asked whether the receipt is about them. */
export const verifyReceiptRequest = z.strictObject({
  jws: z.string().min(1).max(8_192),
  person: personReference.optional(),
})

/** Answer of `POST /api/people/verify-receipt`. */
export const verifyReceiptAnswer = z.object({
  /** Signed by this project, and unchanged since. */
  isValid: z.boolean(),
  /** What the receipt says; null when it is not valid. */
  receipt: erasureReceipt.omit({ jws: true }).nullable(),
  /** Whether it was issued for the person given, named in the same way as at the erasure; null when none was given or it is not valid. */
  isSubject: z.boolean().nullable(),
})
export type VerifyReceiptAnswer = z.infer<typeof verifyReceiptAnswer>
