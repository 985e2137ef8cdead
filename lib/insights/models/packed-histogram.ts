import { computePercentile, countValues, type LogHistogram } from '../../core/log-histogram'
import type { RankedSamples } from './ranked-samples'

/** Decimal digits of one bucket's count in a packed histogram. */
const BUCKET_DIGITS = 12
/** Packed histograms count ten-thousandths of a ms, or of a layout shift: what the browser tells is no finer. */
const UNITS = 10_000
/** A bucket is 2 % wide: more digits would say nothing. */
const SHOWN_DIGITS = 5

/**
 * A histogram as the store gives it: `digits` are the decimal digits of its number, twelve per bucket, highest first, without the
 * zeros at the end; `length` is how many there were with them. `zero` samples are in no bucket.
 */
type Packed = { zero: number; digits: string; length: number }

/** The histogram of a packed number: its bucket b is bucket b + 1 here, and what is in no bucket is in 0. Empty for null. */
export function unpackHistogram(packed: Packed | null | undefined): LogHistogram {
  if (!packed) return {}
  const histogram: Record<string, number> = packed.zero > 0 ? { 0: packed.zero } : {}
  const bucketCount = Math.ceil(packed.length / BUCKET_DIGITS)
  const digits = packed.digits.padStart(packed.digits.length + bucketCount * BUCKET_DIGITS - packed.length, '0')
  for (let at = 0; at < digits.length; at += BUCKET_DIGITS) {
    const count = Number(digits.slice(at, at + BUCKET_DIGITS).padEnd(BUCKET_DIGITS, '0'))
    if (count > 0) histogram[bucketCount - at / BUCKET_DIGITS] = count
  }
  return histogram
}

/** A value from a histogram with the digits that mean anything: five. */
export function toShown(value: number): number {
  return Number(value.toPrecision(SHOWN_DIGITS))
}

/** A packed histogram's samples, each within 1 % of what was measured. */
export function rankHistogram(packed: Packed | null | undefined): RankedSamples {
  const histogram = unpackHistogram(packed)
  const count = countValues(histogram)
  return { count, at: (rank) => toSample(histogram, rank, count) }
}

/** The same of a metric that may be negative: `negative` holds its values below 0, without their sign. */
export function rankSignedHistogram(positive: Packed | undefined, negative: Packed | undefined): RankedSamples {
  const above = rankHistogram(positive)
  const below = rankHistogram(negative)
  return {
    count: below.count + above.count,
    // The lowest is the negative one that is farthest from 0.
    at: (rank) => (rank <= below.count ? -below.at(below.count - rank + 1) : above.at(rank - below.count)),
  }
}

function toSample(histogram: LogHistogram, rank: number, count: number): number {
  // Half a rank lower: a quotient that rounds up must not reach the next one.
  const value = computePercentile(histogram, (rank - 0.5) / count)
  return value === null ? Number.NaN : toShown(value / UNITS)
}
