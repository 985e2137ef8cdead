import type { Role } from '../contracts/session'
import { AppError } from '../core/errors'
import type { MemberId, ProjectId } from '../core/ids'
import { callFunction, serviceClient, toStoreError } from './client'

/** What one person may do in one project. */
export type Membership = { projectId: ProjectId; slug: string; name: string; role: Role }
/** One person of a project's team. */
export type ProjectMember = { id: MemberId; email: string; role: Role; createdAt: string }

/** Every project the person is a member of; empty for a person of none. */
export async function readMemberships(userId: MemberId): Promise<Membership[]> {
  const rows = await callFunction<{ project_id: number; slug: string; name: string; role: Role }[]>('get_memberships', {
    p_user_id: userId,
  })
  return rows.map((row) => ({ projectId: row.project_id as ProjectId, slug: row.slug, name: row.name, role: row.role }))
}

/** The members of a project. */
export async function readMembers(projectId: ProjectId): Promise<ProjectMember[]> {
  const rows = await callFunction<{ user_id: string; email: string; role: Role; created_at: string }[]>('get_members', {
    p_project_id: projectId,
  })
  return rows.map((row) => ({
    id: row.user_id as MemberId,
    email: row.email,
    role: row.role,
    createdAt: new Date(row.created_at).toISOString(),
  }))
}

/** Makes the person a member, or changes the role. Throws `conflict` when that would leave a project without an admin. */
export async function updateMember(
  projectId: ProjectId,
  member: { id: MemberId; email: string; role: Role },
): Promise<void> {
  await keepingAnAdmin(
    callFunction('set_member', {
      p_project_id: projectId,
      p_user_id: member.id,
      p_email: member.email,
      p_role: member.role,
    }),
  )
}

/** Takes the person out of the project. Throws `conflict` when that would leave it without an admin. */
export async function deleteMember(projectId: ProjectId, id: MemberId): Promise<void> {
  await keepingAnAdmin(callFunction('remove_member', { p_project_id: projectId, p_user_id: id }))
}

/** The account of an e-mail address, or null. */
export async function readAccountId(email: string): Promise<MemberId | null> {
  return (await callFunction<string | null>('get_auth_user_id', { p_email: email })) as MemberId | null
}

/** Makes an account that may sign in with the password at once. It is a member of nothing yet. */
export async function createAccount(email: string, password: string): Promise<MemberId> {
  const { data, error } = await serviceClient().auth.admin.createUser({ email, password, email_confirm: true })
  if (error) throw toStoreError(error, error.status ?? 0)
  return data.user.id as MemberId
}

// The store names the rule in its message, as SQLSTATE 23514 alone could be any check.
async function keepingAnAdmin(change: Promise<unknown>): Promise<void> {
  try {
    await change
  } catch (error) {
    if (!(error instanceof AppError) || !(error.cause instanceof Error)) throw error
    if (!error.cause.message.includes('last_admin')) throw error
    throw new AppError('conflict', 'A project keeps at least one admin: make another member admin first.', {
      cause: error,
    })
  }
}
