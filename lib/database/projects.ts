import type { ProjectPolicyPatch } from '../contracts/project-policy'
import { AppError } from '../core/errors'
import type { ProjectId } from '../core/ids'
import { callFunction, readStoreCode } from './client'

/** A site or product whose numbers are kept apart from all others'. `hashKey` and `secretKeyHashes` never leave the server. */
export type Project = {
  id: ProjectId
  slug: string
  name: string
  timezone: string
  hashKey: string
  allowedOrigins: readonly string[]
  settings: Readonly<Record<string, unknown>>
  /** Lower-case hex SHA-256 of each valid secret key: the keys under which user tokens are made. */
  secretKeyHashes: readonly string[]
}

export type ProjectKeyKind = 'publishable' | 'secret'

type ProjectRow = {
  project_id: number
  slug: string
  name: string
  timezone: string
  hash_key: string
  allowed_origins: string[] | null
  settings: Record<string, unknown> | null
  secret_key_hashes: string[] | null
}

/** The project of that public name; null when there is none. */
export async function readProjectBySlug(slug: string): Promise<Project | null> {
  const [row] = await callFunction<ProjectRow[]>('get_project_by_slug', { p_slug: slug })
  return row ? toProject(row) : null
}

/** The project a key belongs to, by the key's SHA-256 in lower-case hex; null when unknown, revoked or expired. */
export async function readProjectByKeyHash(hash: string): Promise<{ project: Project; kind: ProjectKeyKind } | null> {
  const [row] = await callFunction<(ProjectRow & { kind: ProjectKeyKind })[]>('get_project_by_key', {
    p_key_hash: hash,
  })
  return row ? { project: toProject(row), kind: row.kind } : null
}

/** `invalid_parameter_value`: what the store says of a time zone that it does not know. */
const UNKNOWN_TIMEZONE = '22023'

/**
 * Changes what is given and keeps the rest. Throws `invalid_request` for a time zone that the store does not know: it has
 * another list than `Intl`, which accepts ICU's old abbreviations such as `AET`.
 */
export async function updateProject(
  id: ProjectId,
  patch: { name?: string | undefined; timezone?: string | undefined; allowedOrigins?: readonly string[] | undefined },
): Promise<void> {
  try {
    await callFunction('update_project', {
      p_project_id: id,
      p_name: patch.name ?? null,
      p_timezone: patch.timezone ?? null,
      p_allowed_origins: patch.allowedOrigins ?? null,
    })
  } catch (error) {
    if (readStoreCode(error) !== UNKNOWN_TIMEZONE) throw error
    const message = 'the store does not know this time zone; give an IANA name such as Europe/Berlin'
    throw new AppError('invalid_request', `Not understood: timezone: ${message}`, {
      cause: error,
      issues: [{ path: 'timezone', message }],
    })
  }
}

/** Changes the given fields of the project's policy; `scrubs` and `retentionDays` by their own fields, the rest stays. */
export async function updateProjectSettings(id: ProjectId, patch: ProjectPolicyPatch): Promise<void> {
  await callFunction('update_project_settings', { p_project_id: id, p_settings: patch })
}

function toProject(row: ProjectRow): Project {
  return {
    id: row.project_id as ProjectId,
    slug: row.slug,
    name: row.name,
    timezone: row.timezone,
    hashKey: row.hash_key,
    allowedOrigins: row.allowed_origins ?? [],
    settings: row.settings ?? {},
    secretKeyHashes: row.secret_key_hashes ?? [],
  }
}
