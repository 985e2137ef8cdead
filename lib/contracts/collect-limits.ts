/** What one request may carry. A publishable key speaks for a browser, a secret key for a server. Sizes count after inflating, too. */
export const COLLECT_LIMITS = {
  publishable: { sizeBytesMax: 512 * 1024, itemsMax: 1_000 },
  secret: { sizeBytesMax: 5 * 1024 * 1024, itemsMax: 10_000 },
} as const

/** Longest name or id, in UTF-16 units. */
export const NAME_LENGTH_MAX = 200
/** A publishable batch whose `sentAt` differs by more from the server's clock is refused whole with `clock_skew`. */
export const CLOCK_SKEW_MS_MAX = 5 * 60_000
/** A publishable item older than this is rejected with `too_old`. */
export const ITEM_AGE_MS_MAX = 7 * 86_400_000
/** A publishable item further ahead than this is rejected with `in_future`. */
export const ITEM_AHEAD_MS_MAX = 60_000
