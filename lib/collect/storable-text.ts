/** A value after a scrub step, and how much was cut off it: each shortened text and each left-out item counts 1. */
export type Scrubbed<Value> = { value: Value; cutCount: number }

// Postgres stores neither NUL nor half a surrogate pair, in text or in jsonb.
const UNSTORABLE = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g
const MAY_BE_UNSTORABLE = /[\0\ud800-\udfff]/

/** The text with every character that Postgres refuses replaced by U+FFFD. */
export function toStorableText(text: string): string {
  return MAY_BE_UNSTORABLE.test(text) ? text.replace(UNSTORABLE, '\ufffd') : text
}

/** An id as it is stored: storable, otherwise exactly as sent; null for an empty or absent one. */
export function toStorableId(text: string | null | undefined): string | null {
  return text ? toStorableText(text) : null
}

/** The first `lengthMax` UTF-16 units of a text, one less where that would cut a character in half. */
export function cutText(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text
  const isInsidePair = (text.charCodeAt(lengthMax - 1) & 0xfc00) === 0xd800
  return text.slice(0, isInsidePair ? lengthMax - 1 : lengthMax)
}
