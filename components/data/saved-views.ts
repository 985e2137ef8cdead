'use client'

import { z } from 'zod'
import { type SavedView, type SavedViewPatch, type SavedViewRequest, savedView } from '@/lib/contracts/saved-view'
import { toRequestPath } from './report-query'
import { sendRequest } from './send-request'
import { type ResourceState, useResource } from './use-resource'

const toPath = (project: string, ...rest: readonly string[]) =>
  toRequestPath({ path: ['/api/views', ...rest.map(encodeURIComponent)].join('/'), query: { project } })

/** The saved views of a project, by name. */
export function useSavedViews(project: string): ResourceState<SavedView[]> {
  return useResource(toPath(project), z.array(savedView))
}

/** Keeps a page with its filters under a name. A name that is taken: `conflict`. */
export async function createSavedView(project: string, body: SavedViewRequest): Promise<SavedView> {
  return (await sendRequest(toPath(project), { method: 'POST', body, answer: savedView })).data
}

/** Renames a view, or gives it another state. */
export async function updateSavedView(project: string, id: string, body: SavedViewPatch): Promise<SavedView> {
  return (await sendRequest(toPath(project, id), { method: 'PATCH', body, answer: savedView })).data
}

/** Deletes a view for good. */
export async function deleteSavedView(project: string, id: string): Promise<void> {
  await sendRequest(toPath(project, id), { method: 'DELETE', answer: z.unknown() })
}
