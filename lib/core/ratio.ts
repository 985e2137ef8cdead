/**
 * `part / whole` as a ratio, rounded to six decimals; null when the whole is 0, because nothing was measured then,
 * and when the quotient is beyond what a number can hold. Never NaN, never Infinity.
 */
export function toRatio(part: number, whole: number): number | null {
  const ratio = Math.round((part / whole) * 1e6) / 1e6
  return whole !== 0 && Number.isFinite(whole) && Number.isFinite(ratio) ? ratio : null
}

/**
 * Relative change from `previous` to `current` (0.2 = 20 % more); null when either is missing or the previous value
 * is 0, from which no change can be expressed as a ratio.
 */
export function toChangeRatio(current: number | null, previous: number | null): number | null {
  if (current === null || previous === null) return null
  return toRatio(current - previous, previous)
}
