'use client'

import { type AiPerformanceReport, aiPerformanceReport } from '@/lib/contracts/ai-performance-report'
import type { ReportQuery } from './report-query'
import { type ReportOptions, type ReportState, useReport } from './use-report'

/** Requests, errors, latency and cost of calls to models. */
export function useAiPerformanceReport(
  query: ReportQuery | null,
  options: ReportOptions<AiPerformanceReport>,
): ReportState<AiPerformanceReport> {
  return useReport('ai-performance', aiPerformanceReport, query, options)
}
