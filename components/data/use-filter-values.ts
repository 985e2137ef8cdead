'use client'

import { z } from 'zod'
import { dimensionRow } from '@/lib/contracts/dimension-report'
import { eventsReport } from '@/lib/contracts/events-report'
import type { ReportFilter } from '@/lib/contracts/report-filter'
import { type Segment, segment } from '@/lib/contracts/segment'
import type { ReportQuery, ReportRequest } from './report-query'
import { type ReportResource, useReportResource } from './use-report-resource'
import { type ResourceState, useResource } from './use-resource'

/** A value that occurs in the range, and how many people it stands for. */
export type FilterValue = { value: string; people: number }

const pageValues = eventsReport
  .pick({ pages: true })
  .transform(({ pages }): FilterValue[] => pages.map(({ route, people }) => ({ value: route, people })))
const dimensionValues = z
  .object({ rows: z.array(dimensionRow) })
  .transform(({ rows }): FilterValue[] =>
    rows.flatMap(({ value, people }) => (value === null ? [] : [{ value, people }])),
  )

/** The saved segments of a project by name; null waits. */
export function useSegments(project: string | null): ResourceState<Segment[]> {
  const path = project === null ? null : `/api/segments?${new URLSearchParams({ project })}`
  return useResource(path, z.array(segment))
}

/**
 * The values of a filter that occur under the other filters, most people first. `source` is the report that knows them; null
 * waits.
 */
export function useFilterValues(
  name: keyof ReportFilter,
  source: 'pages' | 'audience' | 'sources' | null,
  query: ReportQuery,
): ReportResource<FilterValue[]> {
  return useReportResource(
    source && toValuesRequest(name, source, query),
    source === 'pages' ? pageValues : dimensionValues,
  )
}

function toValuesRequest(
  name: keyof ReportFilter,
  source: 'pages' | 'audience' | 'sources',
  query: ReportQuery,
): ReportRequest {
  const others = { ...query, [name]: undefined }
  if (source === 'pages') return { method: 'GET', path: '/api/analytics/events', query: others }
  return { method: 'GET', path: `/api/analytics/${source}`, query: { ...others, dimension: name } }
}
