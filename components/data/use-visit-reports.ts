'use client'

import { type AudienceDimension, type AudienceReport, audienceReport } from '@/lib/contracts/audience'
import { type PathsReport, type PathsRequest, pathsReport } from '@/lib/contracts/paths'
import { type SessionsReport, sessionsReport } from '@/lib/contracts/sessions'
import { type SourceDimension, type SourcesReport, sourcesReport } from '@/lib/contracts/sources'
import type { ReportQuery } from './report-query'
import { type ReportResource, useReportResource } from './use-report-resource'

/** What people did after an anchor, or before it. */
export function usePathsReport(project: string, body: PathsRequest): ReportResource<PathsReport> {
  return useReportResource({ method: 'POST', path: '/api/analytics/paths', query: { project }, body }, pathsReport)
}

/** Sessions summed up, with entry and exit pages. */
export function useSessionsReport(query: ReportQuery): ReportResource<SessionsReport> {
  return useReportResource({ method: 'GET', path: '/api/analytics/sessions', query }, sessionsReport)
}

/** Where people came from; null waits. */
export function useSourcesReport(query: ReportQuery | null, dimension: SourceDimension): ReportResource<SourcesReport> {
  return useReportResource(
    query && { method: 'GET', path: '/api/analytics/sources', query: { ...query, dimension } },
    sourcesReport,
  )
}

/** Where people were and what they used; null waits. */
export function useAudienceReport(
  query: ReportQuery | null,
  dimension: AudienceDimension,
): ReportResource<AudienceReport> {
  return useReportResource(
    query && { method: 'GET', path: '/api/analytics/audience', query: { ...query, dimension } },
    audienceReport,
  )
}
