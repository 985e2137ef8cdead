import { type DatabasePerformanceReport, SLOW_QUERY_MS } from '../contracts/database-performance-report'
import type { ReportQuery } from '../contracts/report-query'
import { readDatabaseSeries, readDatabaseSummary, readSlowestQueries } from '../database/database-reports'
import type { Project } from '../database/projects'
import { toQueryTotals } from './models/call-totals'
import { refuseUnusable, toIso, toReportQuestion } from './report-range'

/**
 * How the application's queries behaved in the range, over time, and in the range before; the slowest by p95. Latencies, and
 * all of `slowest`, leave out answers from a cache; percentiles are nearest-rank, `rows` is the median of a query's runs.
 * Queries have no route, device, country or event, and are no person's: no filter means anything here, nor a segment. Throws
 * `invalid_request` for a range or a value beyond the store's.
 */
export async function readDatabasePerformanceReport(
  project: Project,
  query: ReportQuery,
  nowMs: number,
): Promise<DatabasePerformanceReport> {
  const question = toReportQuestion(project, query, nowMs)
  const [summary, previous, series, slowest] = await refuseUnusable(
    Promise.all([
      readDatabaseSummary(question.scope, SLOW_QUERY_MS),
      readDatabaseSummary(question.previous, SLOW_QUERY_MS),
      readDatabaseSeries(question.scope, SLOW_QUERY_MS, question.series),
      readSlowestQueries(question.scope),
    ]),
  )
  return {
    totals: toQueryTotals(summary),
    previous: toQueryTotals(previous),
    latency: { p50: summary.p50, p95: summary.p95, p99: summary.p99 },
    series: series.map((point) => ({ ...point, start: toIso(point.start) })),
    slowest,
  }
}
