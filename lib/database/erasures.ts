import type { ActorId, ProjectId } from '../core/ids'
import { callFunction } from './client'

/** An erasure as the store keeps it. */
export type StoredErasure = {
  id: string
  isFinished: boolean
  requestedBy: string
  /** Keyed hash of the actor by which the person was named. */
  subject: string
  /** ISO 8601; `erasedAt` is the burial, after which everything is a new beginning. */
  startedAt: string
  erasedAt: string
  finishedAt: string | null
  actorCount: number
  /** By table: rows deleted so far. */
  rows: Readonly<Record<string, number>>
  jws: string | null
}

type ErasureRow = {
  id: string
  created_at: string
  finished_at: string | null
  erased_at: number
  actor_count: number
  requested_by: string
  subject: string
  rows: Record<string, number>
  jws: string | null
}

/**
 * Buries the person, so that nothing from before comes back, and deletes profile, links and dead letters; the id leads on.
 * An erasure of the same subject that is under way, or was interrupted, is the one that goes on.
 */
export function beginErasure(
  projectId: ProjectId,
  { actorIds, subject, requestedBy }: { actorIds: readonly ActorId[]; subject: string; requestedBy: string },
): Promise<string> {
  return callFunction<string>('begin_erasure', {
    p_project_id: projectId,
    p_actor_ids: actorIds,
    p_subject: subject,
    p_requested_by: requestedBy,
  })
}

/** Deletes in the next stretch of a raw table, in one transaction; false when nothing is left. */
export function erasePersonRows(erasureId: string, { rowsPerCall }: { rowsPerCall?: number } = {}): Promise<boolean> {
  return callFunction<boolean>('erase_person_rows', {
    p_erasure_id: erasureId,
    ...(rowsPerCall && { p_rows: rowsPerCall }),
  })
}

/** Ends an erasure with its receipt, and gives the one that counts: the first. Null while rows are left. */
export function finishErasure(erasureId: string, jws: string): Promise<string | null> {
  return callFunction<string | null>('finish_erasure', { p_erasure_id: erasureId, p_jws: jws })
}

/** The latest 500 erasures of a project, the latest first; with `id` that one or none. */
export async function readErasures(projectId: ProjectId, id: string | null = null): Promise<StoredErasure[]> {
  const rows = await callFunction<ErasureRow[]>('get_erasures', { p_project_id: projectId, p_id: id })
  return rows.map((row) => ({
    id: row.id,
    isFinished: row.finished_at !== null,
    requestedBy: row.requested_by,
    subject: row.subject,
    startedAt: toIso(row.created_at),
    erasedAt: toIso(row.erased_at),
    finishedAt: row.finished_at === null ? null : toIso(row.finished_at),
    actorCount: row.actor_count,
    rows: row.rows,
    jws: row.jws,
  }))
}

/** Erasures that were begun and not finished, of all projects. */
export async function readRunningErasures(): Promise<{ id: string; slug: string }[]> {
  return callFunction('get_running_erasures', {})
}

function toIso(value: string | number): string {
  return new Date(value).toISOString()
}
