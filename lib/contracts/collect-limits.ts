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

/**
 * What free JSON (`properties`, `traits`, `attribution`, `custom`) may hold. Over that the item is kept, and the excess is
 * cut off and counted. Lengths are in UTF-16 units; an array's items beyond the 100th are left out.
 */
export const PAYLOAD_LIMITS = {
  /** Properties of one object, those of objects inside it included, in the order in which they were sent. */
  propertiesMax: 64,
  nameLengthMax: 64,
  textLengthMax: 1_024,
  /** Levels of objects and arrays, the outermost included. */
  depthMax: 3,
  arrayItemsMax: 100,
} as const
/** Longest route or referrer kept, after its query string is gone. */
export const URL_LENGTH_MAX = 2_048
/** Longest database query kept. */
export const QUERY_LENGTH_MAX = 10_000
