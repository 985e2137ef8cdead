import { toBucket, toTimeRange } from '@/lib/core/time-range'
import type { ChartBuckets } from '../charts/chart-series'
import type { ReportRange } from '../data/report-query'
import { toBucketCoverage } from '../format/bucket-coverage'

type DatedSeries = {
  series: readonly { start: string }[]
  range: ReportRange
  answeredAtMs: number
  timezone: string
}

/** The buckets of a report's series, with those marked that the report's range covers only in part. */
export function toChartBuckets({ series, range, answeredAtMs, timezone }: DatedSeries): ChartBuckets {
  const timeRange = typeof range === 'string' ? toTimeRange(range, answeredAtMs) : range
  const bucket = toBucket(timeRange)
  const startsMs = series.map(({ start }) => Date.parse(start))
  return { startsMs, coverage: toBucketCoverage(startsMs, bucket, timeRange), bucket, timezone }
}
