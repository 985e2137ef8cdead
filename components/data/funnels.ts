'use client'

import { z } from 'zod'
import { eventNames, eventProperties } from '@/lib/contracts/event-names'
import { funnelReport } from '@/lib/contracts/funnel'
import { funnelExplanation } from '@/lib/contracts/funnel-explain'
import {
  type FunnelDefinitionInput,
  funnelLibrary,
  type SavedFunnel,
  savedFunnel,
} from '@/lib/contracts/funnel-library'
import { type FunnelOutcome, funnelPeople } from '@/lib/contracts/funnel-people'
import { type FunnelInterval, funnelTrend } from '@/lib/contracts/funnel-trend'
import type { ReportRequest } from './report-query'
import { sendRequest } from './send-request'
import { useReportResource } from './use-report-resource'
import { useResource } from './use-resource'

/** What is asked: a funnel with the range and the filters of the page, and whose. */
export type AskedFunnel = { project: string; body: Readonly<Record<string, unknown>> }

const toRequest = ({ project, body }: AskedFunnel, path = '', more: object = {}): ReportRequest => ({
  method: 'POST',
  path: `/api/analytics/funnels${path}`,
  query: { project },
  body: { ...body, ...more },
})

/** The steps of a funnel; null waits. */
export function useFunnel(asked: AskedFunnel | null, isCompared: boolean) {
  return useReportResource(asked && toRequest(asked, '', isCompared ? { compare: 'previous' } : {}), funnelReport)
}

/** The same by the interval in which people began it. */
export function useFunnelTrend(asked: AskedFunnel | null, interval: FunnelInterval) {
  return useReportResource(asked && toRequest(asked, '/trend', { interval }), funnelTrend)
}

/** Which people of a funnel: an outcome at a step. */
export type FunnelGroup = { step: number; outcome: FunnelOutcome }

/** A page of the people of an outcome at a step. */
export function useFunnelPeople(asked: AskedFunnel, { step, outcome }: FunnelGroup, cursor: string | null) {
  return useReportResource(
    toRequest(asked, '/people', { step, outcome, limit: 20, ...(cursor !== null && { cursor }) }),
    funnelPeople,
  )
}

/** Why one person got no further; null waits. */
export function useFunnelExplanation(asked: AskedFunnel, personId: string | null) {
  return useReportResource(personId === null ? null : toRequest(asked, '/explain', { personId }), funnelExplanation)
}

/** Names of events that hold a text; null waits. */
export function useEventNames(project: string, search: string | null) {
  const path =
    search === null ? null : `/api/analytics/event-names?${new URLSearchParams({ project, search, limit: '20' })}`
  return useResource(path, eventNames)
}

/** What conditions on an event could say; an empty name waits. */
export function useEventProperties(project: string, event: string) {
  const path = event === '' ? null : `/api/analytics/event-properties?${new URLSearchParams({ project, event })}`
  return useResource(path, eventProperties)
}

const toPath = (project: string, id = '') => `/api/funnels${id && `/${id}`}?${new URLSearchParams({ project })}`

/** The saved funnels of a project, and those of conversions. */
export function useFunnelLibrary(project: string) {
  return useResource(toPath(project), funnelLibrary)
}

/** Keeps a funnel under a name. */
export async function createFunnel(
  project: string,
  name: string,
  definition: FunnelDefinitionInput,
): Promise<SavedFunnel> {
  const body = { name, definition }
  return (await sendRequest(toPath(project), { method: 'POST', body, answer: savedFunnel })).data
}

/** Changes a saved funnel: what is left out stays. */
export async function updateFunnel(
  project: string,
  id: string,
  patch: { name?: string; definition?: FunnelDefinitionInput },
): Promise<SavedFunnel> {
  return (await sendRequest(toPath(project, id), { method: 'PATCH', body: patch, answer: savedFunnel })).data
}

/** Deletes a saved funnel. */
export async function deleteFunnel(project: string, id: string): Promise<void> {
  await sendRequest(toPath(project, id), { method: 'DELETE', answer: z.unknown() })
}
