'use client'

import { z } from 'zod'
import { audienceReport } from '@/lib/contracts/audience'
import { type EventsReport, eventsReport } from '@/lib/contracts/events-report'
import type { ReportFilter } from '@/lib/contracts/report-filter'
import { type Segment, segment } from '@/lib/contracts/segment'
import { sourcesReport } from '@/lib/contracts/sources'
import type { ReportQuery, ReportRequest } from './report-query'
import type { RequestError } from './request-error'
import { useReportResource } from './use-report-resource'
import { type ResourceState, useResource } from './use-resource'

/** A value that occurs in the range, and how many people it stands for. */
export type FilterValue = { value: string; people: number }

/** The report that knows the values of a filter. */
export type FilterValueSource = 'pages' | 'audience' | 'sources'

export type FilterValuesState = {
  data: FilterValue[] | undefined
  error: RequestError | undefined
  isLoading: boolean
}

// A cached answer is shared by all who ask the same, so each report is read by its own contract and only then picked from.
const CONTRACTS = { pages: eventsReport, audience: audienceReport, sources: sourcesReport } as const
type Answer = EventsReport | z.output<typeof audienceReport> | z.output<typeof sourcesReport>

/** The saved segments of a project by name; null waits. */
export function useSegments(project: string | null): ResourceState<Segment[]> {
  const path = project === null ? null : `/api/segments?${new URLSearchParams({ project })}`
  return useResource(path, z.array(segment))
}

/** The values of a filter that occur under the other filters, most people first; `source` null waits. */
export function useFilterValues(
  name: keyof ReportFilter,
  source: FilterValueSource | null,
  query: ReportQuery,
): FilterValuesState {
  const answer: z.ZodType<Answer> = CONTRACTS[source ?? 'pages']
  const { data, error, isLoading } = useReportResource(source && toValuesRequest(name, source, query), answer)
  return { data: data && toFilterValues(data), error, isLoading }
}

/** The values in a report: routes of page views, or what a dimension is known to be. */
export function toFilterValues(report: Answer): FilterValue[] {
  if ('pages' in report) return report.pages.map(({ route, people }) => ({ value: route, people }))
  return report.rows.flatMap(({ value, people }) => (value === null ? [] : [{ value, people }]))
}

function toValuesRequest(name: keyof ReportFilter, source: FilterValueSource, query: ReportQuery): ReportRequest {
  const others = { ...query, [name]: undefined }
  if (source === 'pages') return { method: 'GET', path: '/api/analytics/events', query: others }
  return { method: 'GET', path: `/api/analytics/${source}`, query: { ...others, dimension: name } }
}
