import { type RangeName, toBucket, toTimeRange } from '@/lib/core/time-range'
import type { ChartBuckets } from '../charts/chart-series'
import { toBucketCoverage } from '../format/bucket-coverage'

type DatedSeries = {
  series: readonly { start: string }[]
  range: RangeName
  answeredAtMs: number
  timezone: string
}

/** The buckets of a report's series, with those marked that the report's range covers only in part. */
export function toChartBuckets({ series, range, answeredAtMs, timezone }: DatedSeries): ChartBuckets {
  const timeRange = toTimeRange(range, answeredAtMs)
  const bucket = toBucket(timeRange)
  const startsMs = series.map(({ start }) => Date.parse(start))
  return { startsMs, coverage: toBucketCoverage(startsMs, bucket, timeRange), bucket, timezone }
}
