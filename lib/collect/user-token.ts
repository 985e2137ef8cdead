import { bytesToHex } from '@noble/hashes/utils.js'
import { toDigest } from './actor-id'

/**
 * The token by which an application vouches for its user towards a browser's `identify`: lower-case hex of HMAC-SHA256 of
 * the user id, under the lower-case hex SHA-256 of a secret key, which is all that the store knows of one.
 */
export function toUserToken(secretKeyHash: string, userId: string): string {
  return bytesToHex(toDigest(secretKeyHash, userId))
}

/** Whether one of the project's secret keys made the token for this user, in a time that does not depend on where it differs. */
export function isUserToken(secretKeyHashes: readonly string[], userId: string, token: string): boolean {
  let isMatch = false
  for (const hash of secretKeyHashes) isMatch = isSameText(toUserToken(hash, userId), token) || isMatch
  return isMatch
}

function isSameText(one: string, other: string): boolean {
  if (one.length !== other.length) return false
  let difference = 0
  for (let i = 0; i < one.length; i += 1) difference |= one.charCodeAt(i) ^ other.charCodeAt(i)
  return difference === 0
}
