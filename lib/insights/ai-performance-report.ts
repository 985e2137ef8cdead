import type { AiPerformanceReport } from '../contracts/ai-performance-report'
import type { ReportQuery } from '../contracts/report-query'
import { type AiGroupRow, readAiReport } from '../database/ai-reports'
import type { Project } from '../database/projects'
import { toAiTotals } from './models/call-totals'
import { refuseUnusable, toIso, toReportQuestion } from './report-range'

/**
 * What AI calls cost and took in the range, over time, by model and by endpoint, and in the range before. Latencies leave out
 * cache hits; percentiles are nearest-rank, of more than 10,000 calls within 1 % of that. AI calls have no route, device, country or event: those filters mean nothing here; a
 * segment leaves the calls of its known users. Throws `invalid_request` for a range or a value beyond the store's.
 */
export async function readAiPerformanceReport(
  project: Project,
  query: ReportQuery,
  nowMs: number,
): Promise<AiPerformanceReport> {
  const question = toReportQuestion(project, query, nowMs)
  const { summary, previous, series, models, endpoints } = await refuseUnusable(
    readAiReport(question.scope, question.series),
  )
  return {
    totals: toAiTotals(summary),
    previous: toAiTotals(previous),
    latency: { p50: summary.p50, p95: summary.p95, p99: summary.p99 },
    series: series.map((point) => ({ ...point, start: toIso(point.start) })),
    models: models.map((row) => ({ model: row.name, ...toGroup(row) })),
    endpoints: endpoints.map((row) => ({ endpoint: row.name, ...toGroup(row) })),
  }
}

function toGroup(row: AiGroupRow) {
  const { errors: _, ...totals } = toAiTotals(row)
  return { ...totals, p50: row.p50, p95: row.p95 }
}
