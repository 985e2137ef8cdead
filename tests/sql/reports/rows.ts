import type { TestStore } from '../../support/store'

/** A report function as supabase-js calls it: its rows or its value. Throws what the store answered. */
export async function callReport<Result>(
  store: TestStore,
  name: string,
  args: Record<string, unknown>,
): Promise<Result> {
  const { data, error } = await store.client().rpc(name, args)
  if (error) throw new Error(`${error.code}: ${error.message}`)
  return data as Result
}

/** The uuid that stands for a name in these tests: the same name, the same actor. */
export function toActor(name: string): string {
  const hex = Buffer.from(name).toString('hex').padEnd(32, '0').slice(0, 32)
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

let rowCount = 0
/** A uuid that no other row has. */
function nextId(): string {
  rowCount += 1
  return `00000000-0000-7000-8000-${rowCount.toString(16).padStart(12, '0')}`
}

type Row = Record<string, unknown>

/**
 * Inserts rows as they are, keys being columns; `who` becomes the actor, device, browser and os their number where the table
 * has one, project 1 and a fresh id are the defaults.
 */
export async function insert(store: TestStore, table: string, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return
  const full = rows.map(({ who, ...row }) => ({
    project_id: 1,
    id: nextId(),
    actor_id: toActor(String(who ?? 'nobody')),
    gpc: false,
    success: true,
    cache_hit: false,
    cached: false,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    ...row,
  }))
  await store.sql(
    `insert into public.${table}
     select full_row.*
     from jsonb_array_elements($1::text::jsonb) as r
     cross join jsonb_populate_record(
       null::public.${table},
       r || jsonb_build_object('agent_id', public.add_agent(r ->> 'device', r ->> 'browser', r ->> 'os'))
     ) as full_row`,
    [JSON.stringify(full)],
  )
}

let projectCount = 100
/** The id of a project that no other test writes to. The raw tables have no foreign key to it. */
export function nextProject(): number {
  projectCount += 1
  return projectCount
}
