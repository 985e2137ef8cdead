import { SignJWT } from 'jose'
import type { TestStore } from '../support/store'

/** 2026-03-10T12:00:00Z: far from the edges of a month, and before every run. */
export const NOON = Date.UTC(2026, 2, 10, 12)

/** A uuid that reads as its number, so that a failed comparison is readable. */
export function uuid(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}

type StoreRow = Record<string, unknown>

/** A row for `append_events`: event number `number` of actor 900 at noon. */
export function event(number: number, fields: StoreRow = {}): StoreRow {
  return { type: 'event', id: uuid(number), actor_id: uuid(900), timestamp: NOON, event: `event_${number}`, ...fields }
}

/** A row for `append_vitals`: navigation number `number` of actor 900 at noon. */
export function navigation(number: number, fields: StoreRow = {}): StoreRow {
  return { id: uuid(number), actor_id: uuid(900), timestamp: NOON, seq: 0, ...fields }
}

/** Calls one of the append functions as the service role; gives the ordinals of the duplicates, throws what was refused. */
export async function append(
  store: TestStore,
  name: 'append_events' | 'append_vitals' | 'append_ai_metrics' | 'append_database_metrics',
  rows: readonly StoreRow[],
  projectId = 1,
): Promise<number[]> {
  const answer = await call<{ duplicates: number[] }>(store, name, { p_project_id: projectId, p_rows: rows })
  return answer.duplicates
}

/** Calls a function as the service role and throws what it refused, with the SQLSTATE as `code`. */
export async function call<Result>(store: TestStore, name: string, args: StoreRow = {}): Promise<Result> {
  const { data, error } = await store.client().rpc(name, args)
  if (error) throw Object.assign(new Error(error.message), { code: error.code })
  return data as Result
}

/** A further project, so that isolation can be seen; gives its id. */
export async function createProject(store: TestStore, slug: string): Promise<number> {
  const [row] = await store.sql<{ id: number }>(
    'insert into public.projects (slug, name) values ($1, $1) returning id::int as id',
    [slug],
  )
  return row?.id ?? 0
}

/** An account in Auth, with a client that speaks for it. */
export async function createPerson(store: TestStore, id: string, email = `${id}@example.test`) {
  await store.sql('insert into auth.users (id, email) values ($1, $2)', [id, email])
  const token = await new SignJWT({ role: 'authenticated', email, session_id: id })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(id)
    .setAudience('authenticated')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(store.jwtSecret))
  return store.client(store.anonKey, token)
}

/** How many rows a table holds, as its owner sees it. */
export async function countRows(store: TestStore, table: string, where = 'true'): Promise<number> {
  const [row] = await store.sql<{ count: number }>(`select count(*)::int as count from public.${table} where ${where}`)
  return row?.count ?? -1
}
