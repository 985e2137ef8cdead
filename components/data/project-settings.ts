import { z } from 'zod'
import {
  type CreatedMember,
  type CreatedProjectKey,
  createdMember,
  createdProjectKey,
  type ProjectSettings,
  type projectKeyRequest,
  projectSettings,
  type projectSettingsPatch,
} from '@/lib/contracts/project-settings'
import type { Role } from '@/lib/contracts/session'
import { sendRequest } from './send-request'

const toPath = (slug: string, ...rest: readonly string[]) =>
  `/api/projects/${[slug, ...rest].map(encodeURIComponent).join('/')}`

/** Changes name, time zone or allowed origins; what is left out stays. */
export async function updateProject(
  slug: string,
  patch: z.input<typeof projectSettingsPatch>,
): Promise<ProjectSettings> {
  const { data } = await sendRequest(toPath(slug), { method: 'PATCH', body: patch, answer: projectSettings })
  return data
}

/** Makes a key; the answer is the only place where it is ever whole. */
export async function createKey(slug: string, body: z.input<typeof projectKeyRequest>): Promise<CreatedProjectKey> {
  const { data } = await sendRequest(toPath(slug, 'keys'), { method: 'POST', body, answer: createdProjectKey })
  return data
}

/** Replaces a key by one of the same lifetime from now: the old one stops working at once. */
export async function rotateKey(slug: string, id: string): Promise<CreatedProjectKey> {
  const { data } = await sendRequest(toPath(slug, 'keys', id, 'rotate'), {
    method: 'POST',
    body: {},
    answer: createdProjectKey,
  })
  return data
}

/** Ends a key for good. */
export async function revokeKey(slug: string, id: string): Promise<void> {
  await sendRequest(toPath(slug, 'keys', id), { method: 'DELETE', answer: z.unknown() })
}

/** Adds a person by address; someone without an account gets one, with an initial password in the answer. */
export async function createMember(slug: string, email: string, role: Role): Promise<CreatedMember> {
  const body = { email, role }
  const { data } = await sendRequest(toPath(slug, 'members'), { method: 'POST', body, answer: createdMember })
  return data
}

/** Gives a member another role. The last admin keeps theirs: `conflict`. */
export async function updateMemberRole(slug: string, id: string, role: Role): Promise<void> {
  await sendRequest(toPath(slug, 'members', id), { method: 'PATCH', body: { role }, answer: z.unknown() })
}

/** Takes a member's access to the project. */
export async function deleteMember(slug: string, id: string): Promise<void> {
  await sendRequest(toPath(slug, 'members', id), { method: 'DELETE', answer: z.unknown() })
}
