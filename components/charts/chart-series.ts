import type { BucketCoverage } from '../format/bucket-coverage'
import type { ChartBucket } from '../format/format-time'

/** One measured quantity over the buckets of a chart; null where nothing was measured. */
export type ChartSeries = {
  key: string
  label: string
  /** Bars for what adds up (counts, money), a line for what does not (percentiles). Series differ by form, too, never by colour alone. */
  form: 'bars' | 'line' | 'dashed'
  /** `quiet` steps back behind the others: the period before. */
  color: 1 | 2 | 3 | 'quiet'
  values: readonly (number | null)[]
}

/** A horizontal line to compare with, such as the upper bound of "good". */
export type ChartThreshold = { value: number; label: string; tone: 'good' | 'poor' }

/** The buckets that all series of a chart share, in ascending order, and the zone in which they are named. */
export type ChartBuckets = {
  startsMs: readonly number[]
  coverage: readonly BucketCoverage[]
  bucket: ChartBucket
  timezone: string
}

export const SERIES_COLORS = {
  1: 'var(--color-series-1)',
  2: 'var(--color-series-2)',
  3: 'var(--color-series-3)',
  quiet: 'var(--color-ink-faint)',
} as const
