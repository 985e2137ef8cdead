import { type Bucket, HOUR_MS, type TimeRange } from '@/lib/core/time-range'

/** Whether the range covers a whole bucket; a range that ends now cuts its first and its last one. */
export type BucketCoverage = 'whole' | 'partial'

/**
 * The coverage of each bucket, given the starts of all in ascending order. A bucket ends where the next one starts. The
 * last day is taken to be 25 hours long, the longest that daylight saving makes: a last day that has just ended is called partial
 * rather than a day that still runs whole.
 */
export function toBucketCoverage(
  startsMs: readonly number[],
  bucket: Bucket,
  { fromMs, toMs }: TimeRange,
): readonly BucketCoverage[] {
  return startsMs.map((startMs, index) => {
    const endMs = startsMs[index + 1] ?? startMs + (bucket === 'hour' ? HOUR_MS : 25 * HOUR_MS)
    return startMs < fromMs || endMs > toMs ? 'partial' : 'whole'
  })
}
