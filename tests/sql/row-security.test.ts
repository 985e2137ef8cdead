import type { SupabaseClient } from '@supabase/supabase-js'
import { beforeAll, describe, expect, test } from 'vitest'
import { describeStores, type TestStore } from '../support/store'
import { append, call, createPerson, createProject, event, NOON, navigation, uuid } from './store-rows'

/** What a member may read, their own projects only. */
const READABLE = [
  'performance_metrics',
  'ai_performance_metrics',
  'database_performance_metrics',
  'user_events',
  'conversions',
  'user_profiles',
]
/** What only the server may read. */
const CLOSED = [
  'projects',
  'project_keys',
  'members',
  'funnels',
  'identifications',
  'actor_person',
  'erased_actors',
  'erasures',
  'dead_letters',
  'visitor_salts',
  'ingest_minutes',
  'event_count_deltas',
  'segments',
  'saved_views',
  'shares',
  'vital_slices',
  'vital_histograms',
  'vital_marks',
  'call_slices',
  'call_sums',
  'call_marks',
]
/** What a member may call: policies do. */
const CALLABLE = ['get_member_project_ids']

describeStores('row security', (store) => {
  const people = {} as Record<'anonymous' | 'viewer' | 'both' | 'stranger' | 'server', SupabaseClient>
  let other = 0

  beforeAll(async () => {
    other = await createProject(store, 'other')
    people.anonymous = store.client(store.anonKey)
    people.server = store.client()
    people.viewer = await createPerson(store, uuid(71))
    people.both = await createPerson(store, uuid(72))
    people.stranger = await createPerson(store, uuid(73))
    await setMember(store, 1, 71, 'viewer')
    await setMember(store, 1, 72, 'admin')
    await setMember(store, other, 72, 'operator')
    for (const projectId of [1, other]) await fill(store, projectId)
  })

  describe.each(READABLE)('%s', (table) => {
    test('shows the anon key nothing', async () => {
      const { data, error } = await people.anonymous.from(table).select('project_id')
      expect(data).toBeNull()
      expect(error?.code).toBe('42501')
    })

    test('shows a member the rows of their own projects only', async () => {
      expect(await readProjects(people.viewer, table)).toEqual([1])
      expect(await readProjects(people.both, table)).toEqual([1, other])
      expect(await readProjects(people.stranger, table)).toEqual([])
      expect(await readProjects(people.server, table)).toEqual([1, other])
      const { data } = await people.viewer.from(table).select('id').eq('project_id', other)
      expect(data).toEqual([])
    })

    test('lets nobody but the server write', async () => {
      for (const person of [people.anonymous, people.both]) {
        expect((await person.from(table).insert({ project_id: 1, id: uuid(1) })).error?.code).toBe('42501')
        expect(
          (
            await person
              .from(table)
              .update({ id: uuid(2) })
              .eq('project_id', 1)
          ).error?.code,
        ).toBe('42501')
        expect((await person.from(table).delete().eq('project_id', 1)).error?.code).toBe('42501')
      }
    })
  })

  test.each(CLOSED)('%s is open to the server only', async (table) => {
    for (const person of [people.anonymous, people.both]) {
      expect((await person.from(table).select()).error?.code).toBe('42501')
    }
    for (const role of ['anon', 'authenticated']) {
      const attempt = store.sql(`set local role ${role}; delete from public.${table}`)
      await expect(attempt, role).rejects.toMatchObject({ code: '42501' })
    }
    const { data, error } = await people.server.from(table).select()
    expect(error).toBeNull()
    expect(data?.length).toBeGreaterThan(0)
  })

  test('refuses partitions named directly, to the server as well', async () => {
    const partitions = await store.sql<{ name: string }>(
      "select relname::text as name from pg_class where relispartition and relkind = 'r' and relnamespace = 'public'::regnamespace",
    )
    // Six raw tables with this month, the next three, and the default partition.
    expect(partitions).toHaveLength(30)
    for (const role of ['anon', 'authenticated', 'service_role']) {
      for (const { name } of partitions) {
        const read = store.sql(`set local role ${role}; select from public.${name}`)
        await expect(read, `${role} ${name}`).rejects.toMatchObject({ code: '42501' })
      }
    }
    const grants = await store.sql(
      `select class.relname::text as name, role.name::text as role from pg_class as class
       cross join unnest(array['anon', 'authenticated', 'service_role']) as role (name)
       where class.relispartition and class.relkind = 'r'
         and has_table_privilege(role.name, class.oid, 'select, insert, update, delete, truncate, references, trigger')`,
    )
    expect(grants).toEqual([])
  })

  test('is on for every table, partitions included', async () => {
    const tables = await store.sql<{ name: string; is_on: boolean }>(
      "select relname::text as name, relrowsecurity as is_on from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace",
    )
    expect(tables.length).toBeGreaterThan(READABLE.length + CLOSED.length)
    expect(tables.filter((table) => !table.is_on)).toEqual([])
  })

  test('has one policy per command and role', async () => {
    const policies = await store.sql<{ count: number }>(
      "select tablename::text as name, cmd, roles::text as roles, count(*)::int as count from pg_policies where schemaname = 'public' group by 1, 2, 3",
    )
    expect(policies.length).toBeGreaterThan(READABLE.length + CLOSED.length)
    expect(policies.filter((policy) => policy.count !== 1)).toEqual([])
  })

  test('lets the browser call no function but what policies need', async () => {
    const functions = await store.sql<{ name: string; role: string }>(
      `select routine.proname::text as name, role.name::text as role from pg_proc as routine
       cross join unnest(array['anon', 'authenticated', 'service_role']) as role (name)
       where routine.pronamespace = 'public'::regnamespace and has_function_privilege(role.name, routine.oid, 'execute')`,
    )
    expect(functions.filter((each) => each.role === 'service_role').length).toBeGreaterThan(20)
    expect(functions.filter((each) => each.role === 'anon')).toEqual([])
    expect(functions.filter((each) => each.role === 'authenticated').map((each) => each.name)).toEqual(CALLABLE)
    const { error } = await people.both.rpc('append_events', { p_project_id: 1, p_rows: [event(1)] })
    expect(error?.code).toBe('42501')
  })

  test('forgets a person whose membership or account ends', async () => {
    await call(store, 'remove_member', { p_project_id: 1, p_user_id: uuid(71) })
    expect(await readProjects(people.viewer, 'user_events')).toEqual([])
    await store.sql('delete from auth.users where id = $1', [uuid(72)])
    expect(await readProjects(people.both, 'user_events')).toEqual([])
  })
})

function setMember(store: TestStore, projectId: number, person: number, role: string) {
  const account = { p_user_id: uuid(person), p_email: `${person}@example.test` }
  return call(store, 'set_member', { p_project_id: projectId, ...account, p_role: role })
}

/** One row at least in each table, the profile and link by way of an identify call. */
async function fill(store: TestStore, projectId: number): Promise<void> {
  const user = { user_id: uuid(1), actor_id: uuid(801) }
  const start = { id: uuid(1), actor_id: uuid(801), timestamp: NOON }
  await append(
    store,
    'append_events',
    [
      event(1, user),
      event(2, { type: 'conversion', funnel: 'f', step: 's' }),
      event(3, { ...user, type: 'identify', linked_actor_id: uuid(900) }),
    ],
    projectId,
  )
  await append(store, 'append_vitals', [navigation(1, { lcp: 1 })], projectId)
  await call(store, 'roll_up_vitals', { p_now: NOON + 48 * 3_600_000 })
  await append(store, 'append_vitals', [navigation(2)], projectId)
  await append(store, 'append_ai_metrics', [start], projectId)
  const query = { ...start, query: 'select', duration: 1 }
  await append(store, 'append_database_metrics', [query], projectId)
  await call(store, 'roll_up_calls', { p_now: NOON + 48 * 3_600_000 })
  await append(store, 'append_database_metrics', [{ ...query, id: uuid(2) }], projectId)
  await store.sql("insert into public.funnels (project_id, name, definition) values ($1, 'f', '{}')", [projectId])
  const definition = { match: 'all', conditions: [{ kind: 'did', event: { event: 'a' } }] }
  await call(store, 'create_segment', { p_project_id: projectId, p_name: 's', p_definition: definition })
  const view = { p_path: '/admin', p_query: '' }
  await call(store, 'create_saved_view', { p_project_id: projectId, p_name: 'v', ...view })
  const expiry = new Date(Date.now() + 3_600_000).toISOString()
  await call(store, 'create_share', {
    p_project_id: projectId,
    p_token_hash: String(projectId).padStart(64, 'b'),
    ...view,
    p_created_by: 'ann@example.com',
    p_expires_at: expiry,
  })
  const actors = { p_actor_ids: [uuid(998)], p_subject: 'a', p_requested_by: 'key' }
  await call(store, 'begin_erasure', { p_project_id: projectId, ...actors })
  const letter = { lane: 'events', reason: 'refused_by_store', content: event(4) }
  await call(store, 'park_dead_letters', { p_project_id: projectId, p_rows: [letter] })
  await call(store, 'get_visitor_salt', { p_day: Math.floor(Date.now() / 86_400_000) })
  const minute = { project_id: projectId, minute_ms: 60_000, instance_id: 'one' }
  await call(store, 'set_ingest_minutes', { p_rows: [minute] })
  const key = { p_kind: 'secret', p_key_hash: String(projectId).padStart(64, 'a'), p_prefix: 'sk_' }
  await call(store, 'create_project_key', { p_project_id: projectId, ...key })
}

/** The projects whose rows somebody sees in a table. */
async function readProjects(person: SupabaseClient, table: string): Promise<number[]> {
  const { data, error } = await person.from(table).select('project_id')
  if (error) throw new Error(error.message)
  return [...new Set(data.map((row) => row.project_id as number))].sort((one, another) => one - another)
}
