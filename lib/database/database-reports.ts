import { callFunction } from './client'
import { type ReportScope, type SeriesScope, toOnlyRow, toRangeArgs, toSeriesArgs } from './report-scope'

/** Queries have no route, device or bot marks: their reports know project and range only. */
type Scope = Pick<ReportScope, 'projectId' | 'fromMs' | 'toMs'>

export type DatabaseSummaryRow = {
  queries: number
  slow: number
  cached: number
  p50: number | null
  p95: number | null
  p99: number | null
}
export type DatabasePoint = { start: number; queries: number; slow: number; p95: number | null }
export type SlowQueryRow = {
  query: string
  count: number
  p50: number | null
  p95: number | null
  max: number | null
  rows: number | null
}

/** Queries, slow and cached ones, and latency of the range; slow = longer than `slowMs`. */
export async function readDatabaseSummary(scope: Scope, slowMs: number): Promise<DatabaseSummaryRow> {
  const args = { ...toRangeArgs(scope), p_slow_ms: slowMs }
  return toOnlyRow(await callFunction<DatabaseSummaryRow[]>('get_database_summary', args))
}

/** Queries, slow ones and p95 per bucket, empty ones included; `start` in ms. */
export function readDatabaseSeries(scope: Scope, slowMs: number, series: SeriesScope): Promise<DatabasePoint[]> {
  return callFunction('get_database_series', { ...toRangeArgs(scope), p_slow_ms: slowMs, ...toSeriesArgs(series) })
}

/** The 50 queries with the highest p95 of the times they ran. */
export function readSlowestQueries(scope: Scope): Promise<SlowQueryRow[]> {
  return callFunction('get_slowest_queries', toRangeArgs(scope))
}
