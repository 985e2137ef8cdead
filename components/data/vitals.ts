'use client'

import { type Breakdown, type PerformanceBreakdown, performanceBreakdown } from '@/lib/contracts/performance-breakdown'
import { type CausesQuery, type PerformanceCauses, performanceCauses } from '@/lib/contracts/performance-causes'
import { type PerformanceReleases, performanceReleases } from '@/lib/contracts/performance-releases'
import { type PerformanceReport, performanceReport } from '@/lib/contracts/performance-report'
import type { ReportQuery } from './report-query'
import { type ReportResource, useReportResource } from './use-report-resource'

/** The common query, and what only navigations know. */
export type VitalsQuery = ReportQuery & {
  navigations?: 'hard' | 'soft'
  connection?: string | undefined
  release?: string | undefined
}

/** Web vitals of one kind of navigations. */
export function useVitals(query: VitalsQuery): ReportResource<PerformanceReport> {
  return useReportResource({ method: 'GET', path: '/api/analytics/performance', query }, performanceReport)
}

/** p75 of each vital by the values of one dimension. */
export function useVitalBreakdown(query: VitalsQuery, by: Breakdown): ReportResource<PerformanceBreakdown> {
  return useReportResource(
    { method: 'GET', path: '/api/analytics/performance/breakdown', query: { ...query, by } },
    performanceBreakdown,
  )
}

/** What is behind a vital; null waits. */
export function useVitalCauses(
  query: VitalsQuery,
  metric: CausesQuery['metric'] | null,
): ReportResource<PerformanceCauses> {
  return useReportResource(
    metric && { method: 'GET', path: '/api/analytics/performance/causes', query: { ...query, metric } },
    performanceCauses,
  )
}

/** Two releases side by side: the newest and the one before it where none is named. */
export function useReleases(
  query: VitalsQuery,
  { before, after }: { before: string | null; after: string | null },
): ReportResource<PerformanceReleases> {
  const compared = { before: before ?? undefined, after: after ?? undefined }
  return useReportResource(
    { method: 'GET', path: '/api/analytics/performance/releases', query: { ...query, ...compared } },
    performanceReleases,
  )
}
