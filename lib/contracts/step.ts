import { z } from 'zod'
import { NAME_LENGTH_MAX } from './collect-limits'

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** A condition on one value. A bare scalar means equality, strict in type. */
export const condition = z.union([
  scalar,
  z.strictObject({ not: scalar }),
  z.strictObject({ gt: z.number() }),
  z.strictObject({ gte: z.number() }),
  z.strictObject({ lt: z.number() }),
  z.strictObject({ lte: z.number() }),
  z.strictObject({ in: z.array(scalar).min(1).max(1_000) }),
  z.strictObject({ contains: z.string().min(1).max(1_024) }),
  z.strictObject({ exists: z.boolean() }),
])
export type Condition = z.infer<typeof condition>

/** `where` keys that name columns; every other key names a property. */
export const COLUMN_KEYS = [
  '$route',
  '$device',
  '$browser',
  '$os',
  '$country',
  '$referrer',
  '$release',
  '$utm_source',
  '$utm_medium',
  '$utm_campaign',
  '$utm_term',
  '$utm_content',
] as const

/** One event to look for: a name or `*` for any, and conditions that must all hold. */
export const eventStep = z.strictObject({
  event: z.string().min(1).max(NAME_LENGTH_MAX),
  where: z.record(z.string().min(1).max(NAME_LENGTH_MAX), condition).optional(),
})
export type EventStep = z.infer<typeof eventStep>
