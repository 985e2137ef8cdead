'use client'

import { z } from 'zod'
import { type CreatedShare, createdShare, type Share, type ShareRequest, share } from '@/lib/contracts/share'
import { toRequestPath } from './report-query'
import { sendRequest } from './send-request'
import { type ResourceState, useResource } from './use-resource'

const toPath = (project: string, ...rest: readonly string[]) =>
  toRequestPath({ path: ['/api/shares', ...rest.map(encodeURIComponent)].join('/'), query: { project } })

/** The read-only links of a project, newest first, the ended ones too. */
export function useShares(project: string): ResourceState<Share[]> {
  return useResource(toPath(project), z.array(share))
}

/** Makes a link; the answer is the only place that ever holds its token. */
export async function createShare(project: string, body: ShareRequest): Promise<CreatedShare> {
  return (await sendRequest(toPath(project), { method: 'POST', body, answer: createdShare })).data
}

/** Ends a link for good, from the next request on. */
export async function revokeShare(project: string, id: string): Promise<void> {
  await sendRequest(toPath(project, id), { method: 'DELETE', answer: z.unknown() })
}
