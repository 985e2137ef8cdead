'use client'

import { type ActivityInterval, activesReport } from '@/lib/contracts/actives'
import { atRiskReport, churnedReport } from '@/lib/contracts/churn'
import { featuresReport, featureUsage } from '@/lib/contracts/features'
import { lifecycleReport } from '@/lib/contracts/lifecycle'
import { stickinessReport } from '@/lib/contracts/stickiness'
import { type ReportQuery, toReportRequest } from './report-query'
import { useReportResource } from './use-report-resource'

const toRequest = (report: string, query: ReportQuery, more: Record<string, string | number | undefined> = {}) => {
  const request = toReportRequest(report, query)
  return { ...request, query: { ...request.query, ...more } }
}

/** Distinct people per day, week or month. */
export function useActives(query: ReportQuery, interval: ActivityInterval) {
  return useReportResource(toRequest('actives', query, { interval }), activesReport)
}

/** How many days of each week or month people were active. */
export function useStickiness(query: ReportQuery, period: 'week' | 'month') {
  return useReportResource(toRequest('stickiness', query, { period }), stickinessReport)
}

/** New, returning, resurrecting and dormant people per interval. */
export function useLifecycle(query: ReportQuery, interval: ActivityInterval) {
  return useReportResource(toRequest('lifecycle', query, { interval }), lifecycleReport)
}

/** The features of the project, or the values of a property of one. */
export function useFeatures(query: ReportQuery, of: { event: string; property: string } | null) {
  return useReportResource(toRequest('features', query, of ?? {}), featuresReport)
}

/** How one feature is used. */
export function useFeatureUsage(query: ReportQuery, event: string) {
  return useReportResource(toRequest('feature-usage', query, { event }), featureUsage)
}

/** Who was active for `active` days, on two of them at least, and then silent for `silent` days. The range is of no meaning here. */
export function useChurned({ range: _, from: __, to: ___, ...query }: ReportQuery, active: number, silent: number) {
  return useReportResource(
    { method: 'GET', path: '/api/analytics/churned', query: { ...query, active, silent, atLeast: 2, limit: 20 } },
    churnedReport,
  )
}

/** Who is silent for longer than their own rhythm makes likely. */
export function useAtRisk({ range: _, from: __, to: ___, ...query }: ReportQuery, silent: number) {
  return useReportResource(
    { method: 'GET', path: '/api/analytics/at-risk', query: { ...query, silent, limit: 20 } },
    atRiskReport,
  )
}
