'use client'

import { type PerformanceReport, performanceReport } from '@/lib/contracts/performance-report'
import type { ReportQuery } from './report-query'
import { type ReportOptions, type ReportState, useReport } from './use-report'

/** Web vitals of a query: p75, distribution and series per vital, and per route. */
export function usePerformanceReport(
  query: ReportQuery | null,
  options: ReportOptions<PerformanceReport>,
): ReportState<PerformanceReport> {
  return useReport('performance', performanceReport, query, options)
}
