'use client'

import { type RevenueReport, revenueReport } from '@/lib/contracts/revenue'
import type { ReportQuery } from './report-query'
import { type ReportResource, type ReportResourceOptions, useReportResource } from './use-report-resource'

/** Revenue by currency, the one with most first; null waits. */
export function useRevenueReport(
  query: ReportQuery | null,
  options: ReportResourceOptions,
): ReportResource<RevenueReport> {
  return useReportResource(query && { method: 'GET', path: '/api/analytics/revenue', query }, revenueReport, options)
}
