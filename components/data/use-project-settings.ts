'use client'

import { z } from 'zod'
import {
  type Member,
  member,
  type ProjectKey,
  type ProjectSettings,
  projectKey,
  projectSettings,
} from '@/lib/contracts/project-settings'
import { type ResourceState, useResource } from './use-resource'

const toPath = (slug: string) => `/api/projects/${encodeURIComponent(slug)}`

/** Name, time zone, allowed origins and policy of a project. */
export function useProjectSettings(slug: string): ResourceState<ProjectSettings> {
  return useResource(toPath(slug), projectSettings)
}

/** The keys of a project, revoked and expired ones included. */
export function useProjectKeys(slug: string): ResourceState<ProjectKey[]> {
  return useResource(`${toPath(slug)}/keys`, z.array(projectKey))
}

/** The people who may see a project. */
export function useMembers(slug: string): ResourceState<Member[]> {
  return useResource(`${toPath(slug)}/members`, z.array(member))
}
