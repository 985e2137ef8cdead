import type { ChartBuckets } from '../charts/chart-series'

/** The buckets of a chart from intervals that say themselves whether they are over. Weeks and months go by their first day. */
export function toBuckets(series: readonly { start: string; isComplete: boolean }[], timezone: string): ChartBuckets {
  return {
    startsMs: series.map(({ start }) => Date.parse(start)),
    coverage: series.map(({ isComplete }) => (isComplete ? 'whole' : 'partial')),
    bucket: 'day',
    timezone,
  }
}
