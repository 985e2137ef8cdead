import { toActorId, toStoredUser } from '../../../lib/collect/actor-id'
import type { EventRow } from '../../../lib/contracts/ingest-rows'
import type { ActorId } from '../../../lib/core/ids'
import { appendAiMetrics } from '../../../lib/database/ai-metrics'
import { appendDatabaseMetrics } from '../../../lib/database/database-metrics'
import { parkDeadLetters } from '../../../lib/database/dead-letters'
import { appendEvents } from '../../../lib/database/events'
import { type Project, readProjectBySlug } from '../../../lib/database/projects'
import { appendVitals } from '../../../lib/database/vitals'
import { createProject } from '../../sql/store-rows'
import type { TestStore } from '../../support/store'

/** A project of its own, whole. */
export async function openProject(store: TestStore, slug: string): Promise<Project> {
  await createProject(store, slug)
  return (await readProjectBySlug(slug)) as Project
}

/** Someone with a user id and the browsers they used. */
export type Someone = { userId: string; anonymousIds: readonly string[] }

/** Every actor, user id and name by which a person could be found. */
export function toNeedles({ hashKey }: Project, { userId, anonymousIds }: Someone): string[] {
  const actors = [userId, ...anonymousIds].map((id) => toActorId(hashKey, id))
  return [...new Set([...actors, toStoredUser(hashKey, userId).userId, userId, ...anonymousIds])]
}

/** The table and row of every row, of any table, whose text holds one of the needles; tombstones are keyed hashes by design. */
export async function findTraces(store: TestStore, needles: readonly string[]): Promise<string[]> {
  const tables = await store.sql<{ name: string }>(
    `select relname::text as name from pg_class
     where relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace
       and relname not in ('erased_actors') order by 1`,
  )
  if (tables.length < 15) throw new Error(`looked through ${tables.length} tables only`)
  const found: string[] = []
  for (const { name } of tables) {
    const rows = await store.sql<{ text: string }>(
      `select to_jsonb(held)::text as text from public.${name} as held
       where exists (select from unnest($1::text[]) as needle where strpos(to_jsonb(held)::text, needle) > 0)`,
      [needles],
    )
    found.push(...rows.map(({ text }) => `${name}: ${text}`))
  }
  return found
}

/** Where the counts by hour differ from a recount: nowhere. */
export function findCountErrors(store: TestStore, { id }: Project): Promise<object[]> {
  return store.sql('select * from public.get_count_errors($1, 0, 4000000000000 - 4000000000000 % 3600000)', [id])
}

/**
 * What somebody leaves behind: before and after signing in, in every raw table, with a profile, links and a dead letter;
 * `atMs` is when.
 */
export async function live(project: Project, { userId, anonymousIds }: Someone, atMs: number): Promise<void> {
  const user = toStoredUser(project.hashKey, userId)
  const actorId = toActorId(project.hashKey, userId)
  const asUser = { actorId, userId: user.userId, externalId: user.externalId }
  const toRow = (extra: Partial<EventRow> & { actorId: ActorId }): EventRow => ({
    id: crypto.randomUUID(),
    type: 'event',
    timestamp: atMs,
    event: 'clicked',
    sessionId: `session of ${userId}`,
    ...extra,
  })
  const browsers = anonymousIds.map((id) => toActorId(project.hashKey, id))
  for (const browser of browsers) {
    await appendEvents(project.id, [
      toRow({ actorId: browser, timestamp: atMs - 1 }),
      toRow({ actorId: browser, event: 'headless', botReasons: ['headless'] }),
      toRow({ ...asUser, type: 'identify', linkedActorId: browser, traits: { name: `Name of ${userId}` } }),
    ])
    const navigation = { id: crypto.randomUUID(), actorId: browser, timestamp: atMs }
    await appendVitals(project.id, [{ ...navigation, seq: 0, lcp: 1 }])
  }
  await appendEvents(project.id, [toRow(asUser), toRow({ ...asUser, type: 'conversion', funnel: 'buy', step: 'paid' })])
  const call = { id: crypto.randomUUID(), timestamp: atMs, actorId, userId: user.userId }
  await appendAiMetrics(project.id, [{ ...call, success: true, cacheHit: false }])
  await appendDatabaseMetrics(project.id, [{ ...call, query: 'select', duration: 1, cached: false }])
  const refused = [toRow({ ...asUser, event: '' }), toRow({ ...asUser, linkedActorId: browsers[0] ?? null })]
  await parkDeadLetters(
    project.id,
    'events',
    refused.map((row) => ({ row, reason: 'refused_by_store' })),
  )
}

/** Rows of `live` by table, for someone with two browsers. */
export const LIVED = {
  user_events: 5,
  conversions: 1,
  identifications: 2,
  performance_metrics: 2,
  ai_performance_metrics: 1,
  database_performance_metrics: 1,
  user_profiles: 1,
  actor_person: 3,
  dead_letters: 2,
}
