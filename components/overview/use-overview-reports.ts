'use client'

import { type InitialReports, toInitialReport } from '../data/initial-reports'
import { type ReportQuery, toAiQuery, toDatabaseQuery } from '../data/report-query'
import { useAiPerformanceReport } from '../data/use-ai-performance-report'
import { useDatabasePerformanceReport } from '../data/use-database-performance-report'
import { useEventsReport } from '../data/use-events-report'
import { usePerformanceReport } from '../data/use-performance-report'

/** The four reports that the overview is drawn from, each by itself; what the server has read is there at once. Null waits. */
export function useOverviewReports(
  query: ReportQuery | null,
  refreshIntervalMs: number,
  initial: InitialReports | undefined,
) {
  const calls = query && toAiQuery(query)
  const queries = query && toDatabaseQuery(query)
  return {
    events: useEventsReport(query, { refreshIntervalMs, initial: toInitialReport(initial, 'events', query) }),
    performance: usePerformanceReport(query, {
      refreshIntervalMs,
      initial: toInitialReport(initial, 'performance', query),
    }),
    ai: useAiPerformanceReport(calls, { refreshIntervalMs, initial: toInitialReport(initial, 'ai', calls) }),
    database: useDatabasePerformanceReport(queries, {
      refreshIntervalMs,
      initial: toInitialReport(initial, 'database', queries),
    }),
  }
}
