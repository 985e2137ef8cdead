import 'server-only'
import { AppError } from '../core/errors'
import type { MemberId } from '../core/ids'
import { type Membership, readMemberships } from '../database/members'
import { readCachedProjectByKey, readCachedProjectBySlug } from '../database/project-cache'
import type { Project } from '../database/projects'
import { readShare } from '../database/shares'
import { readEnv } from '../platform/env'
import { readSignedInMember } from './access-token'
import { ACCESS_COOKIE, readCookie } from './cookies'
import { type Grantee, isGranted, PERMISSIONS, type Permission } from './permissions'
import { isSameSecret } from './same-secret'

/** Who asks. A member's rights come from `members` alone, read afresh for each request. */
export type Principal =
  | { kind: 'anonymous' }
  | { kind: 'publishable' | 'secret'; project: Project }
  | { kind: 'share'; shareId: string; project: Project }
  | { kind: 'job' }
  | { kind: 'member'; via: 'cookie' | 'bearer'; member: { id: MemberId; email: string }; memberships: Membership[] }

/**
 * Who sent these headers: `Authorization: Bearer` with a key, a link's token, the job secret or an access token, else the
 * session cookie, else nobody. Throws `unknown_key` or `unauthenticated` for a bearer that is none of these; a stale cookie is nobody.
 */
export async function readPrincipal(headers: Headers): Promise<Principal> {
  const authorization = headers.get('authorization')
  if (authorization !== null) return readBearer(authorization)
  const token = readCookie(headers, ACCESS_COOKIE)
  const member = token ? await readSignedInMember(token) : null
  if (!member) return { kind: 'anonymous' }
  return { kind: 'member', via: 'cookie', member, memberships: await readMemberships(member.id) }
}

/** The same without a look at cookies, for routes that no signed-in person calls as such. */
export async function readKeyPrincipal(headers: Headers): Promise<Principal> {
  const authorization = headers.get('authorization')
  return authorization === null ? { kind: 'anonymous' } : readBearer(authorization)
}

async function readBearer(authorization: string): Promise<Principal> {
  const token = /^Bearer +([^\s]+) *$/i.exec(authorization)?.[1]
  if (!token)
    throw new AppError('unauthenticated', 'Send `Authorization: Bearer` with a secret key or an access token.')
  if (token.startsWith('sk_') || token.startsWith('pk_')) {
    const found = await readCachedProjectByKey(token)
    if (!found) throw new AppError('unknown_key', 'The key is unknown, revoked or expired.')
    return { kind: found.kind, project: found.project }
  }
  if (token.startsWith('share_')) return readSharePrincipal(token)
  const { GROWTH_JOB_SECRET } = readEnv()
  if (GROWTH_JOB_SECRET && isSameSecret(token, GROWTH_JOB_SECRET)) return { kind: 'job' }
  const member = await readSignedInMember(token)
  if (!member) throw new AppError('unauthenticated', 'The access token is not valid or has expired.')
  return { kind: 'member', via: 'bearer', member, memberships: await readMemberships(member.id) }
}

async function readSharePrincipal(token: string): Promise<Principal> {
  const share = await readShare(token)
  const project = share && (await readCachedProjectBySlug(share.slug))
  if (!project) throw new AppError('unknown_key', 'The link is unknown, revoked or expired.')
  return { kind: 'share', shareId: share.id, project }
}

export type Authorization =
  | { ok: true; project: Project | null }
  | { ok: false; reason: 'unauthenticated' | 'forbidden' | 'not_found' }

/**
 * Whether the principal holds the permission, and in which project. A key or a link speaks for its own project only; a
 * member for those of the memberships. A project that the principal may not know of is `not_found` exactly like one that does not exist.
 */
export async function authorize(
  principal: Principal,
  permission: Permission,
  slug: string | null,
): Promise<Authorization> {
  if (PERMISSIONS[permission].scope === 'install') {
    if (isGranted(permission, principal.kind))
      return { ok: true, project: 'project' in principal ? principal.project : null }
    return refuse(principal)
  }
  if (principal.kind === 'anonymous' || principal.kind === 'job') return refuse(principal)
  if (principal.kind !== 'member') {
    if (slug !== null && slug !== principal.project.slug) return { ok: false, reason: 'not_found' }
    return isGranted(permission, principal.kind) ? { ok: true, project: principal.project } : refuse(principal)
  }
  const membership = principal.memberships.find((each) => each.slug === (slug ?? 'default'))
  if (!membership) return { ok: false, reason: 'not_found' }
  if (!isGranted(permission, membership.role satisfies Grantee)) return { ok: false, reason: 'forbidden' }
  const project = await readCachedProjectBySlug(membership.slug)
  return project ? { ok: true, project } : { ok: false, reason: 'not_found' }
}

function refuse(principal: Principal): Authorization {
  return { ok: false, reason: principal.kind === 'anonymous' ? 'unauthenticated' : 'forbidden' }
}
