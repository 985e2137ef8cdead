import { beforeEach, expect, test } from 'vitest'
import { describeStores } from '../support/store'
import { append, call, countRows, createProject, event, NOON, navigation, uuid } from './store-rows'

const TABLES = [
  'user_events',
  'conversions',
  'identifications',
  'actor_person',
  'user_profiles',
  'performance_metrics',
  'ai_performance_metrics',
  'database_performance_metrics',
  'event_count_deltas',
]
const ADA = { user_id: uuid(1), actor_id: uuid(801) }

describeStores('bury_actors', (store) => {
  beforeEach(() => store.sql(`truncate ${[...TABLES, 'erased_actors'].map((table) => `public.${table}`).join(', ')}`))

  const bury = (actors: readonly string[], erasedAt = NOON, projectId = 1) =>
    call(store, 'bury_actors', { p_project_id: projectId, p_actor_ids: actors, p_erased_at: erasedAt })

  test('keeps out of every table what an erased actor did before, and calls it duplicates', async () => {
    await bury([ADA.actor_id])
    const others = [event(1), event(2, ADA), event(3, { ...ADA, type: 'conversion', funnel: 'f', step: 's' }), event(4)]
    expect(await append(store, 'append_events', [...others, event(5, { ...ADA, type: 'identify' })])).toEqual([1, 2, 4])
    expect(await append(store, 'append_vitals', [navigation(1, ADA), navigation(2), navigation(2)])).toEqual([0, 2])
    const measured = (number: number, fields: object) => ({
      id: uuid(number),
      actor_id: uuid(900),
      timestamp: NOON,
      query: 'select 1',
      duration: 1,
      ...fields,
    })
    for (const name of ['append_ai_metrics', 'append_database_metrics'] as const) {
      expect(await append(store, name, [measured(1, ADA), measured(2, {})]), name).toEqual([0])
    }
    for (const table of TABLES.filter((name) => name !== 'event_count_deltas')) {
      expect(await countRows(store, table, `actor_id = '${ADA.actor_id}'`), table).toBe(0)
    }
    expect(await store.sql('select name from public.event_count_deltas order by name')).toEqual([
      { name: 'event_1' },
      { name: 'event_4' },
    ])
  })

  test('lets an erased actor begin anew', async () => {
    await bury([ADA.actor_id])
    expect(await append(store, 'append_events', [event(1, ADA), event(1, { ...ADA, timestamp: NOON + 1 })])).toEqual([
      0,
    ])
    expect(await countRows(store, 'user_events')).toBe(1)
  })

  test('drops an identify call that links an erased actor', async () => {
    await bury([uuid(900)])
    const link = (number: number, timestamp: number) =>
      event(number, { ...ADA, type: 'identify', linked_actor_id: uuid(900), timestamp })
    expect(await append(store, 'append_events', [link(1, NOON)])).toEqual([0])
    expect(await countRows(store, 'actor_person')).toBe(0)
    expect(await append(store, 'append_events', [link(2, NOON + 1)])).toEqual([])
    expect(await countRows(store, 'actor_person')).toBe(2)
  })

  test('never moves a tombstone back', async () => {
    await bury([ADA.actor_id], NOON)
    await bury([ADA.actor_id, ADA.actor_id], NOON - 1)
    expect(await append(store, 'append_events', [event(1, ADA)])).toEqual([0])
  })

  test('buries nobody in another project, and no measurement without a user', async () => {
    const other = await createProject(store, `bury-${store.kind}`)
    const nobody = '00000000-0000-0000-0000-000000000000'
    await bury([ADA.actor_id], NOON, other)
    await bury([nobody])
    expect(await append(store, 'append_events', [event(1, ADA)])).toEqual([])
    expect(await append(store, 'append_events', [event(1, ADA)], other)).toEqual([0])
    expect(await countRows(store, 'erased_actors')).toBe(1)
  })

  test('leaves nothing of appends that are under way while it erases', async () => {
    const batches = Array.from({ length: 40 }, (_, batch) =>
      Array.from({ length: 25 }, (_, index) => event(batch * 25 + index, ADA)),
    )
    const erase = store.sql(
      `select public.bury_actors(1, array['${ADA.actor_id}']::uuid[], ${NOON});
       delete from public.user_events where actor_id = '${ADA.actor_id}';
       delete from public.user_profiles where actor_id = '${ADA.actor_id}'`,
    )
    await Promise.all([...batches.map((batch) => append(store, 'append_events', batch)), erase])
    expect(await countRows(store, 'user_events')).toBe(0)
    expect(await countRows(store, 'user_profiles')).toBe(0)
  })
})
