/**
 * A UUID version 7 for the instant `nowMs`, an integer from the years 2004 to 2527; of its 74 random bits 72 are used. The same as
 * `createUuidV7` of lib/core in a third of the size, which counts in every page (tests/architecture/tracker-size.test.ts).
 * Source: RFC 9562, section 5.7.
 */
export function createId(nowMs: number): string {
  return fill(`${nowMs.toString(16)}-7xxx-8xxx-xxxxxxxxxxxx`.replace(/^.{7}/, '0$&-'), 15)
}

/**
 * Twelve random digits of base 32, 60 bits: the id of a session or of an anonymous person, which every item and row carries.
 * That is enough because both are scoped: sessions to their actor, where no two will ever meet, persons to the project, where
 * a hundred million of them make 0.004 pairs to be expected (n² / 2⁶¹, https://en.wikipedia.org/wiki/Birthday_problem).
 */
export function createShortId(): string {
  return fill('xxxxxxxxxxxx', 31)
}

/** Each `x` as a digit of its own chance; `mask` is the highest of them. */
function fill(pattern: string, mask: number): string {
  return pattern.replace(/x/g, () => ((crypto.getRandomValues(new Uint8Array(1))[0] as number) & mask).toString(32))
}
