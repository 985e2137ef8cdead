import type { DatabasePerformanceReport } from '../contracts/database-performance-report'
import type { ReportQuery } from '../contracts/report-query'
import { readDatabaseReport } from '../database/database-reports'
import type { Project } from '../database/projects'
import { toQueryTotals } from './models/call-totals'
import { refuseUnusable, toIso, toReportQuestion } from './report-range'

/**
 * How the application's queries behaved in the range, over time, and in the range before; the slowest by p95. Latencies, and
 * all of `slowest`, leave out answers from a cache; percentiles are nearest-rank, of more than 10,000 queries within 1 % of that, `rows` is the median of a query's runs.
 * Queries have no route, device, country or event, and are no person's: no filter means anything here, nor a segment. Throws
 * `invalid_request` for a range or a value beyond the store's.
 */
export async function readDatabasePerformanceReport(
  project: Project,
  query: ReportQuery,
  nowMs: number,
): Promise<DatabasePerformanceReport> {
  const question = toReportQuestion(project, query, nowMs)
  const { summary, previous, series, slowest } = await refuseUnusable(
    readDatabaseReport(question.scope, question.series),
  )
  return {
    totals: toQueryTotals(summary),
    previous: toQueryTotals(previous),
    latency: { p50: summary.p50, p95: summary.p95, p99: summary.p99 },
    series: series.map((point) => ({ ...point, start: toIso(point.start) })),
    slowest,
  }
}
