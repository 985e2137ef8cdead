import { HOUR_MS, MINUTE_MS, type TimeRange } from '@/lib/core/time-range'
import type { ChartBucket } from './format-time'

/** Whether the range covers a whole bucket; a range that ends now cuts its first and its last one. */
export type BucketCoverage = 'whole' | 'partial'

const LENGTHS_MS: Readonly<Record<ChartBucket, number>> = { minute: MINUTE_MS, hour: HOUR_MS, day: 25 * HOUR_MS }

/**
 * The coverage of each bucket, given the starts of all in ascending order. A bucket ends where the next one starts. The
 * last day is taken to be 25 hours long, the longest that daylight saving makes: a last day that has just ended is called partial
 * rather than a day that still runs whole.
 */
export function toBucketCoverage(
  startsMs: readonly number[],
  bucket: ChartBucket,
  { fromMs, toMs }: TimeRange,
): readonly BucketCoverage[] {
  return startsMs.map((startMs, index) => {
    const endMs = startsMs[index + 1] ?? startMs + LENGTHS_MS[bucket]
    return startMs < fromMs || endMs > toMs ? 'partial' : 'whole'
  })
}
