import { z } from 'zod'

const INT64_MAX = 2n ** 63n - 1n

/** A person to the outside: the store's signed 64-bit number as text, because JSON's numbers end at 2^53. */
export const personId = z.string().refine(isInt64, { message: 'expected the id of a person, a signed 64-bit number' })

function isInt64(text: string): boolean {
  if (!/^(0|-?[1-9]\d{0,18})$/.test(text)) return false
  return BigInt(text) <= INT64_MAX && BigInt(text) >= -INT64_MAX - 1n
}
