/** How much wider each bucket is than the one before: a bucket's middle is at most 1 % away from any value in it. */
const GROWTH = 1.02
const LOG_GROWTH = Math.log(GROWTH)

/** How many values fell into each bucket, by the bucket's number. Histograms of any parts merge by adding. */
export type LogHistogram = Readonly<Record<string, number>>

/**
 * The bucket of a value of 0 or more: 0 for everything below 1, else `1 + ⌊ln(value) / ln(1.02)⌋`. Negative, NaN and infinite
 * values count as 0. Source: DDSketch, https://arxiv.org/abs/1908.10693, section 2.1, with γ = 1.02.
 */
export function toBucket(value: number): number {
  return value >= 1 && value < Infinity ? 1 + Math.floor(Math.log(value) / LOG_GROWTH + 1e-9) : 0
}

/** The value that stands for a bucket: 0 for the first, else the one whose relative error is the same at both ends. */
export function fromBucket(bucket: number): number {
  return bucket <= 0 ? 0 : (2 * GROWTH ** bucket) / (GROWTH + 1)
}

/** The sum of histograms; an empty one for none. */
export function mergeHistograms(histograms: Iterable<LogHistogram>): LogHistogram {
  const merged: Record<string, number> = {}
  for (const histogram of histograms) {
    for (const [bucket, count] of Object.entries(histogram)) merged[bucket] = (merged[bucket] ?? 0) + count
  }
  return merged
}

/** How many values a histogram holds. */
export function countValues(histogram: LogHistogram): number {
  return Object.values(histogram).reduce((sum, count) => sum + count, 0)
}

/**
 * The nearest-rank percentile (the smallest value with at least `ratio` of all values at or below it), within 1 % of the
 * exact one. Null for an empty histogram. `ratio` is 0..1; 1 gives the greatest value.
 */
export function computePercentile(histogram: LogHistogram, ratio: number): number | null {
  const total = countValues(histogram)
  if (total === 0) return null
  const rank = Math.max(1, Math.ceil(ratio * total))
  let seen = 0
  // Numeric keys of an object are enumerated in ascending order.
  for (const [bucket, count] of Object.entries(histogram)) {
    seen += count
    if (seen >= rank) return fromBucket(Number(bucket))
  }
  return null
}
