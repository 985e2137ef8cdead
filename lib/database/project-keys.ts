import type { CreatedProjectKey, ProjectKey } from '../contracts/project-settings'
import { AppError } from '../core/errors'
import type { ProjectId } from '../core/ids'
import { callFunction, readStoreCode } from './client'
import { toKeyHash } from './project-cache'
import type { ProjectKeyKind } from './projects'

type KeyRow = {
  id: string
  kind: ProjectKeyKind
  prefix: string
  label: string | null
  created_at: string
  revoked_at: string | null
  expires_at: string | null
}

/** Characters of a key that are kept and shown, so that people can tell their keys apart. */
const PREFIX_LENGTH = 10
/** Random bytes of a key: 192 bits. */
const KEY_SIZE_BYTES = 24
/** What the store says of an expiry that is past or too far off, and of years that it does not have, such as 0. */
const BAD_EXPIRY = new Set(['22023', '22007', '22008'])

/** The project's keys, revoked and expired ones included. */
export async function readProjectKeys(projectId: ProjectId): Promise<ProjectKey[]> {
  const rows = await callFunction<KeyRow[]>('get_project_keys', { p_project_id: projectId })
  return rows.map(toProjectKey)
}

/**
 * A new key. The answer is the only place that ever holds it whole: the store keeps its hash. Throws `invalid_request` for an
 * expiry that is not in the next ten years: the store's clock judges it, as it is the one that will end the key.
 */
export async function createProjectKey(
  projectId: ProjectId,
  { kind, label, expiresAt = null }: { kind: ProjectKeyKind; label: string; expiresAt?: string | null },
): Promise<CreatedProjectKey> {
  const key = createKeyText(kind)
  const row = await callFunction<KeyRow | KeyRow[]>('create_project_key', {
    p_project_id: projectId,
    p_kind: kind,
    p_key_hash: toKeyHash(key),
    p_prefix: key.slice(0, PREFIX_LENGTH),
    p_label: label,
    p_expires_at: expiresAt,
  }).catch((error: unknown) => {
    throw BAD_EXPIRY.has(readStoreCode(error) ?? '') ? toExpiryError(error) : error
  })
  return { ...toProjectKey(toOne(row) as KeyRow), key }
}

/**
 * A new key of the same kind and label; the old one is revoked in the same transaction. One with an expiry is followed by one
 * that lives as long, from now: a 90-day key by a 90-day key. Null when there is none in use to rotate.
 */
export async function rotateProjectKey(projectId: ProjectId, id: string): Promise<CreatedProjectKey | null> {
  const old = (await readProjectKeys(projectId)).find((each) => each.id === id)
  if (!old || old.revokedAt !== null) return null
  const key = createKeyText(old.kind)
  const row = toOne(
    await callFunction<KeyRow | KeyRow[]>('rotate_project_key', {
      p_project_id: projectId,
      p_key_id: id,
      p_key_hash: toKeyHash(key),
      p_prefix: key.slice(0, PREFIX_LENGTH),
    }),
  )
  return row?.id ? { ...toProjectKey(row), key } : null
}

/** Revokes a key for good, also an expired one. False when the project has no such key that was not revoked yet. */
export async function deleteProjectKey(projectId: ProjectId, id: string): Promise<boolean> {
  const isLeft = (await readProjectKeys(projectId)).some((each) => each.id === id && each.revokedAt === null)
  if (isLeft) await callFunction('revoke_project_key', { p_project_id: projectId, p_key_id: id })
  return isLeft
}

function toExpiryError(cause: unknown): AppError {
  const message = 'expected a time in the future, ten years from now at most'
  return new AppError('invalid_request', `Not understood: expiresAt: ${message}`, {
    cause,
    issues: [{ path: 'expiresAt', message }],
  })
}

function createKeyText(kind: ProjectKeyKind): string {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_SIZE_BYTES))
  const text = btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
  return `${kind === 'secret' ? 'sk' : 'pk'}_${text}`
}

// A function that returns a composite answers one object, one that returns a set an array.
function toOne(rows: KeyRow | KeyRow[] | null): KeyRow | undefined {
  return Array.isArray(rows) ? rows[0] : (rows ?? undefined)
}

function toProjectKey(row: KeyRow): ProjectKey {
  return {
    id: row.id,
    kind: row.kind,
    prefix: row.prefix,
    label: row.label ?? '',
    createdAt: new Date(row.created_at).toISOString(),
    revokedAt: toIsoTime(row.revoked_at),
    expiresAt: toIsoTime(row.expires_at),
  }
}

function toIsoTime(text: string | null): string | null {
  return text === null ? null : new Date(text).toISOString()
}
