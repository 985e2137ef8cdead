import type { AiPerformanceReport } from '@/lib/contracts/ai-performance-report'
import type { DatabasePerformanceReport } from '@/lib/contracts/database-performance-report'
import type { EventsReport } from '@/lib/contracts/events-report'
import type { PerformanceReport } from '@/lib/contracts/performance-report'
import { type ReportQuery, toAiQuery, toDatabaseQuery, toReportPath, toReportRange } from './report-query'
import type { DatedReport } from './use-report'

/** Reports that the server read while rendering, all for one query. One that could not be read is absent. */
export type InitialReports = {
  query: ReportQuery
  answeredAtMs: number
  events?: EventsReport | undefined
  performance?: PerformanceReport | undefined
  ai?: AiPerformanceReport | undefined
  database?: DatabasePerformanceReport | undefined
}

type ReportName = 'events' | 'performance' | 'ai' | 'database'
const REPORT_PATHS: Readonly<Record<ReportName, string>> = {
  events: 'events',
  performance: 'performance',
  ai: 'ai-performance',
  database: 'database-performance',
}
/** What a report is asked where the page asks its whole query. */
const ASKED: Readonly<Record<ReportName, (query: ReportQuery) => ReportQuery>> = {
  events: (query) => query,
  performance: (query) => query,
  ai: toAiQuery,
  database: toDatabaseQuery,
}

/** The server's report, if it is there and of exactly this query. */
export function toInitialReport<Name extends ReportName>(
  initial: InitialReports | undefined,
  name: Name,
  query: ReportQuery | null,
): DatedReport<NonNullable<InitialReports[Name]>> | undefined {
  const report = initial?.[name]
  if (!initial || !report || !query) return undefined
  const path = toReportPath(REPORT_PATHS[name], query)
  if (toReportPath(REPORT_PATHS[name], ASKED[name](initial.query)) !== path) return undefined
  return { report, path, range: toReportRange(query), answeredAtMs: initial.answeredAtMs }
}
