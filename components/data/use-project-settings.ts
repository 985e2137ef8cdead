'use client'

import useSWR from 'swr'
import { type ZodType, z } from 'zod'
import {
  type Member,
  member,
  type ProjectKey,
  type ProjectSettings,
  projectKey,
  projectSettings,
} from '@/lib/contracts/project-settings'
import type { RequestError } from './request-error'
import { sendRequest } from './send-request'

/** What a settings card draws from. `reload` reads again after a change. */
export type ResourceState<Resource> = {
  data: Resource | undefined
  error: RequestError | undefined
  isLoading: boolean
  isRefreshing: boolean
  reload: () => Promise<unknown>
}

function useResource<Resource>(path: string, answer: ZodType<Resource>): ResourceState<Resource> {
  const { data, error, isLoading, isValidating, mutate } = useSWR<Resource, RequestError>(
    path,
    async () => (await sendRequest(path, { answer })).data,
    { shouldRetryOnError: false, revalidateOnFocus: false },
  )
  return { data, error, isLoading, isRefreshing: data !== undefined && isValidating, reload: () => mutate() }
}

const toPath = (slug: string) => `/api/projects/${encodeURIComponent(slug)}`

/** Name, time zone and allowed origins of a project. */
export function useProjectSettings(slug: string): ResourceState<ProjectSettings> {
  return useResource(toPath(slug), projectSettings)
}

/** The keys of a project, revoked ones included. */
export function useProjectKeys(slug: string): ResourceState<ProjectKey[]> {
  return useResource(`${toPath(slug)}/keys`, z.array(projectKey))
}

/** The people who may see a project. */
export function useMembers(slug: string): ResourceState<Member[]> {
  return useResource(`${toPath(slug)}/members`, z.array(member))
}
