import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { type ActorId, isUuid, toUuid } from '../core/ids'

/** Key schedules kept: one HMAC under a prepared key costs two compressions less. */
const SCHEDULES_MAX = 1_000
const schedules = new Map<string, ReturnType<typeof hmac.create>>()

/** HMAC-SHA256 of a text under a key that is a text, too: 32 bytes. */
export function toDigest(key: string, message: string): Uint8Array {
  let schedule = schedules.get(key)
  if (!schedule) {
    if (schedules.size >= SCHEDULES_MAX) schedules.delete(schedules.keys().next().value as string)
    schedule = hmac.create(sha256, utf8ToBytes(key))
    schedules.set(key, schedule)
  }
  return schedule.clone().update(utf8ToBytes(message)).digest()
}

/**
 * The actor of a frozen `userId ?? anonymousId ?? sessionId`: the first 16 bytes of HMAC-SHA256 under the project's hash
 * key, as a uuid. Synchronous, because `crypto.subtle` costs more in dispatch than in hashing (8 % of a batch, measured).
 */
export function toActorId(hashKey: string, message: string): ActorId {
  return toUuid(toDigest(hashKey, message)) as ActorId
}

/**
 * How a user is stored: a uuid as it is, in lower case; any other id as its keyed hash, with the id itself beside it for
 * the profile.
 */
export function toStoredUser(hashKey: string, userId: string): { userId: string; externalId: string | null } {
  if (isUuid(userId)) return { userId: userId.toLowerCase(), externalId: null }
  return { userId: toActorId(hashKey, userId), externalId: userId }
}
