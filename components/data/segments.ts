'use client'

import { z } from 'zod'
import { eventNames } from '@/lib/contracts/event-names'
import {
  type Segment,
  type SegmentDefinition,
  type SegmentPatch,
  type SegmentPeople,
  type SegmentPreview,
  type SegmentRequest,
  segment,
  segmentPeople,
  segmentPreview,
  type TraitSuggestions,
  traitSuggestions,
} from '@/lib/contracts/segment'
import { toRequestPath } from './report-query'
import { sendRequest } from './send-request'
import { type ReportResource, useReportResource } from './use-report-resource'
import { type ResourceState, useResource } from './use-resource'

const toPath = (project: string, ...rest: readonly string[]) =>
  toRequestPath({ path: ['/api/segments', ...rest.map(encodeURIComponent)].join('/'), query: { project } })

/** The saved segments of a project, by name. */
export function useSavedSegments(project: string): ResourceState<Segment[]> {
  return useResource(toPath(project), z.array(segment))
}

/** How many people a definition means now; null waits. The count of the definition before stays until the new one is there. */
export function useSegmentPreview(
  project: string,
  definition: SegmentDefinition | null,
): ReportResource<SegmentPreview> {
  return useReportResource(
    definition && { method: 'POST', path: '/api/segments/preview', query: { project }, body: { definition } },
    segmentPreview,
  )
}

/** How many people a saved segment has now. */
export function useSegmentCounts(project: string, id: string): ResourceState<SegmentPreview> {
  return useResource(toPath(project, id, 'counts'), segmentPreview)
}

/** One page of a segment's people; `after` is the `next` of the page before. */
export function useSegmentPeople(project: string, id: string, after: string | null): ReportResource<SegmentPeople> {
  return useReportResource(
    {
      method: 'POST',
      path: `/api/segments/${encodeURIComponent(id)}/people`,
      query: { project },
      body: { limit: 25, ...(after !== null && { after }) },
    },
    segmentPeople,
  )
}

/** Keys of traits, and values many people share; null waits. */
export function useTraitSuggestions(project: string | null): ResourceState<TraitSuggestions> {
  return useResource(project === null ? null : toPath(project, 'traits'), traitSuggestions)
}

const names = eventNames.transform(({ items }) => items.map(({ event }) => event))

/** The most frequent event names of a project. */
export function useEventNames(project: string): ResourceState<string[]> {
  return useResource(toRequestPath({ path: '/api/analytics/event-names', query: { project, limit: 200 } }), names)
}

/** Keeps a segment. A name that is taken: `conflict`. */
export async function createSegment(project: string, body: SegmentRequest): Promise<Segment> {
  return (await sendRequest(toPath(project), { method: 'POST', body, answer: segment })).data
}

/** Changes name, definition or both. */
export async function updateSegment(project: string, id: string, body: SegmentPatch): Promise<Segment> {
  return (await sendRequest(toPath(project, id), { method: 'PATCH', body, answer: segment })).data
}

/** Deletes a segment for good. */
export async function deleteSegment(project: string, id: string): Promise<void> {
  await sendRequest(toPath(project, id), { method: 'DELETE', answer: z.unknown() })
}
