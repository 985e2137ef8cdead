// The bounds of the SDK's core. In a file without imports, so that the script tag's build can write the numbers into the code.

/** Pauses longer than this end a session. Source: https://support.google.com/analytics/answer/9191807 */
export const SESSION_IDLE_MS = 1_800_000

/** Most text queued, in UTF-16 units: a fifth of what browsers give sessionStorage. */
export const QUEUE_LENGTH_MAX = 1_000_000
/** What a queued item counts for at least; so there are never more than 1,000. */
export const ITEM_LENGTH_MIN = 1_000

/**
 * Longest body of a request in UTF-16 units, each of which takes at most 3 bytes in UTF-8: beacons and keepalive fetches share
 * 64 KiB in flight (https://fetch.spec.whatwg.org/#http-network-or-cache-fetch).
 */
export const BODY_LENGTH_MAX = 20_000
/** Left in a body for the key, the context and commas. */
export const FRAME_LENGTH = 1_000

/** Ceiling of the first pause after a failure; each further one is twice as long, up to some four minutes. */
export const BACKOFF_MS = 1_000
export const BACKOFF_DOUBLINGS_MAX = 8
/** A request without an answer for so long has failed. */
export const TIMEOUT_MS = 30_000
