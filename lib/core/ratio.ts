/**
 * `part / whole` as a ratio, rounded to six decimals; null when the whole is 0, because nothing was measured then.
 * Never NaN, never Infinity.
 */
export function toRatio(part: number, whole: number): number | null {
  if (whole === 0 || !Number.isFinite(whole) || !Number.isFinite(part)) return null
  return Math.round((part / whole) * 1e6) / 1e6
}

/**
 * Relative change from `previous` to `current` (0.2 = 20 % more); null when either is missing or the previous value
 * is 0, from which no change can be expressed as a ratio.
 */
export function toChangeRatio(current: number | null, previous: number | null): number | null {
  if (current === null || previous === null) return null
  return toRatio(current - previous, previous)
}
