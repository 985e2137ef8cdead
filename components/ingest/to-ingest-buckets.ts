import type { IngestHealth, IngestMinuteCounts } from '@/lib/contracts/ingest-health'
import { HOUR_MS, MINUTE_MS } from '@/lib/core/time-range'
import type { ChartBuckets } from '../charts/chart-series'
import { toBucketCoverage } from '../format/bucket-coverage'

/** More points than this are summed by the hour: bars of a minute would be thinner than a pixel on a phone. */
const MINUTES_SHOWN_MAX = 120

type Counts = Omit<IngestMinuteCounts, 'minuteMs'>
const NAMES = ['received', 'accepted', 'duplicate', 'rejected', 'bot', 'spilled'] as const

/**
 * The minutes of a health answer as points of a chart: as they are, or summed by UTC hour when there are many. The last one is
 * always `partial`, because it is still running.
 */
export function toIngestBuckets(
  { series, fromMs, toMs }: Pick<IngestHealth, 'series' | 'fromMs' | 'toMs'>,
  timezone: string,
): { buckets: ChartBuckets; counts: readonly Counts[] } {
  const bucket = series.length > MINUTES_SHOWN_MAX ? 'hour' : 'minute'
  const lengthMs = bucket === 'hour' ? HOUR_MS : MINUTE_MS
  const sums = new Map<number, Counts>()
  for (const minute of series) {
    const startMs = minute.minuteMs - (minute.minuteMs % lengthMs)
    const sum = sums.get(startMs)
    sums.set(startMs, sum ? add(sum, minute) : minute)
  }
  const startsMs = [...sums.keys()]
  // `toMs` is the end of the minute that is running.
  const coverage = toBucketCoverage(startsMs, bucket, { fromMs, toMs: toMs - 1 })
  return { buckets: { startsMs, coverage, bucket, timezone }, counts: [...sums.values()] }
}

function add(sum: Counts, other: Counts): Counts {
  return Object.fromEntries(NAMES.map((name) => [name, sum[name] + other[name]])) as Counts
}
