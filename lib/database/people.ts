import type { ActorId, ProjectId } from '../core/ids'
import { callFunction } from './client'

/** The raw tables that hold rows about people. */
export const PERSON_TABLES = [
  'user_events',
  'conversions',
  'identifications',
  'performance_metrics',
  'ai_performance_metrics',
  'database_performance_metrics',
] as const
export type PersonTable = (typeof PERSON_TABLES)[number]

/** A row as it is stored: column names, times as the column has them. */
export type StoredRow = Readonly<Record<string, unknown>>

/** Every actor that is the same person as one of `actorIds`, the person's own first; themselves when nothing is known. */
export async function readPersonActors(projectId: ProjectId, actorIds: readonly ActorId[]): Promise<ActorId[]> {
  const args = { p_project_id: projectId, p_actor_ids: actorIds }
  return (await callFunction<ActorId[] | null>('get_person_actors', args)) ?? []
}

/** A profile as it is stored. */
export type ProfileRow = {
  user_id: string
  external_id: string | null
  traits: Record<string, unknown> | null
  first_seen: string
  last_activity: string
  total_events: number
  features_used: string[]
}

/** What is kept of these actors besides raw rows. */
export type PersonRecords = {
  user_profiles: readonly ProfileRow[]
  actor_person: readonly StoredRow[]
  dead_letters: readonly StoredRow[]
}

/** Profiles, links and dead letters of these actors. */
export function readPersonRecords(projectId: ProjectId, actorIds: readonly ActorId[]): Promise<PersonRecords> {
  return callFunction('get_person_records', { p_project_id: projectId, p_actor_ids: actorIds })
}

type Window = { count: number; first: number | null; last: number | null; next: number | null }

/** How many rows of a raw table are about these actors, and the Unix ms of the first and the last; nulls without any. */
export async function countPersonRows(
  projectId: ProjectId,
  actorIds: readonly ActorId[],
  table: PersonTable,
  { rowsPerCall, signal }: { rowsPerCall?: number; signal?: AbortSignal } = {},
): Promise<{ count: number; firstMs: number | null; lastMs: number | null }> {
  const sum = { count: 0, firstMs: null as number | null, lastMs: null as number | null }
  for (let from: number | null = null, isMore = true; isMore; ) {
    const window: Window = await callFunction(
      'count_person_rows',
      {
        p_project_id: projectId,
        p_actor_ids: actorIds,
        p_table: table,
        p_from: from,
        ...(rowsPerCall && { p_rows: rowsPerCall }),
      },
      signal,
    )
    sum.count += window.count
    // Windows come in the order of time.
    sum.firstMs ??= window.first
    sum.lastMs = window.last ?? sum.lastMs
    from = window.next
    isMore = from !== null
  }
  return sum
}

/** The rows of a raw table that are about these actors, in the order of time, a page at a time; no page is empty. */
export async function* readPersonRows(
  projectId: ProjectId,
  actorIds: readonly ActorId[],
  table: PersonTable,
  { rowsPerCall, rowsPerPage }: { rowsPerCall?: number; rowsPerPage?: number } = {},
): AsyncGenerator<readonly StoredRow[]> {
  for (let after: StoredRow | null = null, isMore = true; isMore; ) {
    const page: { rows: StoredRow[]; next: StoredRow | null } = await callFunction('get_person_rows', {
      p_project_id: projectId,
      p_actor_ids: actorIds,
      p_table: table,
      p_after: after,
      ...(rowsPerCall && { p_rows: rowsPerCall }),
      ...(rowsPerPage && { p_limit: rowsPerPage }),
    })
    if (page.rows.length > 0) yield page.rows
    after = page.next
    isMore = after !== null
  }
}
