'use client'

import { type DatabasePerformanceReport, databasePerformanceReport } from '@/lib/contracts/database-performance-report'
import type { ReportQuery } from './report-query'
import { type ReportOptions, type ReportState, useReport } from './use-report'

/** Latency and the slowest of the measured database queries. */
export function useDatabasePerformanceReport(
  query: ReportQuery | null,
  options: ReportOptions<DatabasePerformanceReport>,
): ReportState<DatabasePerformanceReport> {
  return useReport('database-performance', databasePerformanceReport, query, options)
}
