import { EXACT_CALLS_MAX } from './ai-reports'
import { callFunction } from './client'
import { type ReportScope, type SeriesScope, toRangeArgs, toSeriesArgs } from './report-scope'

type Counts = { queries: number; slow: number; cached: number }
export type DatabasePoint = { start: number; queries: number; slow: number; p95: number | null }
export type SlowQueryRow = {
  query: string
  count: number
  p50: number | null
  p95: number | null
  max: number | null
  rows: number | null
}
export type DatabaseReportRows = {
  summary: Counts & { p50: number | null; p95: number | null; p99: number | null }
  previous: Counts
  series: DatabasePoint[]
  slowest: SlowQueryRow[]
}

/**
 * The queries of the range and of the one before it: together, per bucket (empty ones included, `start` in ms), and the 50 with the
 * highest p95 of the times they ran. Slow is what took longer than `SLOW_QUERY_MS`. Counts and `max` are exact; percentiles, and
 * `rows`, which is one, as those of `readAiReport`. Queries have no route, device or bot marks.
 */
export function readDatabaseReport(
  scope: Pick<ReportScope, 'projectId' | 'fromMs' | 'toMs'>,
  series: SeriesScope,
  exactMax: number = EXACT_CALLS_MAX,
): Promise<DatabaseReportRows> {
  return callFunction('get_database_report', {
    ...toRangeArgs(scope),
    ...toSeriesArgs(series),
    p_exact_max: exactMax,
  })
}
