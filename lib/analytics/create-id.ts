/**
 * A UUID version 7 for the instant `nowMs`, an integer from the years 2004 to 2527; of its 74 random bits 72 are used. The same as
 * `createUuidV7` of lib/core in a third of the size, which counts in every page (tests/architecture/tracker-size.test.ts).
 * Source: RFC 9562, section 5.7.
 */
export function createId(nowMs: number): string {
  return `${nowMs.toString(16)}-7xxx-8xxx-xxxxxxxxxxxx`
    .replace(/^.{7}/, '0$&-')
    .replace(/x/g, () => ((crypto.getRandomValues(new Uint8Array(1))[0] as number) & 15).toString(16))
}
