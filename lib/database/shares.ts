import { type CreatedShare, SHARE_TOKEN, type Share, type ShareablePath, type ShareRequest } from '../contracts/share'
import { AppError } from '../core/errors'
import type { ProjectId } from '../core/ids'
import { callFunction, readStoreCode } from './client'
import { toKeyHash } from './project-cache'

type ShareRow = {
  id: string
  path: ShareablePath
  query: string
  created_by: string
  created_at: string
  expires_at: string
  revoked_at: string | null
}

/** What a link in use shows. */
export type ShownShare = { id: string; slug: string; path: ShareablePath; query: string; expiresAtMs: number }

/** Random bytes of a token: 256 bits. */
const TOKEN_SIZE_BYTES = 32
/** What the store says of an expiry that is past or too far off, and of years that it does not have, such as 0. */
const BAD_EXPIRY = new Set(['22023', '22007', '22008'])

/** The project's links, revoked and expired ones included, newest first. */
export async function readShares(projectId: ProjectId): Promise<Share[]> {
  const rows = await callFunction<ShareRow[]>('get_shares', { p_project_id: projectId })
  return rows.map(toShare)
}

/**
 * A new link. The answer is the only place that ever holds its token: the store keeps the hash. Throws `invalid_request` for an
 * expiry that is not in the next 90 days, by the clock of the store, as that will end the link.
 */
export async function createShare(
  projectId: ProjectId,
  { path, query, expiresAt, createdBy }: ShareRequest & { createdBy: string },
): Promise<CreatedShare> {
  const token = createToken()
  const row = await callFunction<ShareRow>('create_share', {
    p_project_id: projectId,
    p_token_hash: toKeyHash(token),
    p_path: path,
    p_query: query,
    p_created_by: createdBy,
    p_expires_at: expiresAt,
  }).catch((error: unknown) => {
    throw BAD_EXPIRY.has(readStoreCode(error) ?? '') ? toExpiryError(error) : error
  })
  return { ...toShare(row), token }
}

/** Ends a link for good, from the next request on. False when the project has no such link that was not revoked yet. */
export function revokeShare(projectId: ProjectId, id: string): Promise<boolean> {
  return callFunction('revoke_share', { p_project_id: projectId, p_id: id })
}

/**
 * What the link of a token shows; null when it is unknown, revoked or expired, which look alike. Asked of the store each time,
 * so that a revoked link ends at once.
 */
export async function readShare(token: string): Promise<ShownShare | null> {
  if (!SHARE_TOKEN.test(token)) return null
  const [row] = await callFunction<
    { id: string; slug: string; path: ShareablePath; query: string; expires_at: string }[]
  >('get_share', { p_token_hash: toKeyHash(token) })
  if (!row) return null
  return { id: row.id, slug: row.slug, path: row.path, query: row.query, expiresAtMs: Date.parse(row.expires_at) }
}

function createToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(TOKEN_SIZE_BYTES))
  const text = btoa(String.fromCharCode(...bytes))
  return `share_${text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`
}

function toExpiryError(cause: unknown): AppError {
  const message = 'expected a time in the next 90 days'
  return new AppError('invalid_request', `Not understood: expiresAt: ${message}`, {
    cause,
    issues: [{ path: 'expiresAt', message }],
  })
}

function toShare(row: ShareRow): Share {
  return {
    id: row.id,
    path: row.path,
    query: row.query,
    createdBy: row.created_by,
    createdAt: new Date(row.created_at).toISOString(),
    expiresAt: new Date(row.expires_at).toISOString(),
    revokedAt: row.revoked_at === null ? null : new Date(row.revoked_at).toISOString(),
  }
}
