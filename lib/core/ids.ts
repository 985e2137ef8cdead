declare const brand: unique symbol
type Branded<Value, Name extends string> = Value & { readonly [brand]: Name }

/** The small integer that stands for a project inside the store; its public name is the slug. */
export type ProjectId = Branded<number, 'ProjectId'>
/** Keyed hash of the frozen `userId ?? anonymousId ?? sessionId`, as a uuid. */
export type ActorId = Branded<string, 'ActorId'>
/** The id of a signed-in member of the team, from Auth. Not an end user. */
export type MemberId = Branded<string, 'MemberId'>

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** True for the 36-character text form of any uuid, whatever its version or case. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value)
}

/** The lower-case uuid text of the first 16 bytes. Throws a RangeError when there are fewer. */
export function toUuid(bytes: Uint8Array): string {
  if (bytes.length < 16) throw new RangeError(`a uuid needs 16 bytes, got ${bytes.length}`)
  let hex = ''
  for (let i = 0; i < 16; i += 1) hex += (bytes[i] as number).toString(16).padStart(2, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/**
 * A UUID version 7 for the instant `nowMs`: 48 bits of Unix milliseconds, then 74 random bits.
 * `randomBytes` must hold at least 10 random bytes. Source: RFC 9562, section 5.7.
 */
export function createUuidV7(nowMs: number, randomBytes: Uint8Array): string {
  const bytes = new Uint8Array(16)
  let rest = nowMs
  for (let i = 5; i >= 0; i -= 1) {
    bytes[i] = rest % 256
    rest = Math.floor(rest / 256)
  }
  bytes.set(randomBytes.subarray(0, 10), 6)
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  return toUuid(bytes)
}
