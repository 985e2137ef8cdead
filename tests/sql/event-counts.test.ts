import { beforeEach, expect, test } from 'vitest'
import { createRandom } from '../lib/insights/reference/random'
import { describeStores, type TestStore } from '../support/store'
import { append, call, countRows, createProject, event, NOON, uuid } from './store-rows'

const TABLES = [
  'user_events',
  'conversions',
  'identifications',
  'actor_person',
  'user_profiles',
  'event_counts',
  'event_count_deltas',
]
const HOUR_MS = 3_600_000
const ADA = { user_id: uuid(1), actor_id: uuid(801) }
const EVER = { p_from: -62_135_596_800_000, p_to: 253_402_300_800_000 }

describeStores('event counts', (store) => {
  beforeEach(() => store.sql(`truncate ${TABLES.map((table) => `public.${table}`).join(', ')}`))

  const readCounts = (projectId = 1) =>
    call<Record<string, unknown>[]>(store, 'get_event_counts', { p_project_id: projectId, ...EVER })
  const fold = (limit?: number) => call<number>(store, 'fold_event_counts', limit ? { p_limit: limit } : {})

  test('count events by name and conversions by funnel and step, per hour, bots apart', async () => {
    await append(store, 'append_events', [
      event(1, { event: 'search' }),
      event(2, { event: 'search', timestamp: NOON + HOUR_MS - 1 }),
      event(3, { event: 'search', timestamp: NOON + HOUR_MS }),
      event(4, { event: 'search', bot_reasons: ['headless'] }),
      event(5, { event: 'search', gpc: true, step: 'not of an event' }),
      event(6, { type: 'conversion', event: 'not of a conversion', funnel: 'f', step: 's' }),
      event(7, { type: 'identify', ...ADA }),
    ])
    const count = (fields: object) => ({ hour: NOON, kind: 'event', name: 'search', step: '', bot: false, ...fields })
    const expected = [
      count({ kind: 'conversion', name: 'f', step: 's', row_count: 1 }),
      count({ row_count: 3 }),
      count({ bot: true, row_count: 1 }),
      count({ hour: NOON + HOUR_MS, row_count: 1 }),
    ]
    expect(await readCounts()).toEqual(expected)
    await fold()
    expect(await readCounts()).toEqual(expected)
  })

  test('begin an hour at or before its rows, also before 1970', async () => {
    await append(store, 'append_events', [
      event(1, { timestamp: -1 }),
      event(2, { timestamp: -HOUR_MS }),
      event(3, { timestamp: 0 }),
    ])
    expect((await readCounts()).map((row) => row.hour)).toEqual([-HOUR_MS, -HOUR_MS, 0])
    expect(await readErrors(store)).toEqual([])
  })

  test('do not move with a batch that was refused, nor with one that came before', async () => {
    await append(store, 'append_events', [event(1), event(1)])
    await append(store, 'append_events', [event(1)])
    await expect(append(store, 'append_events', [event(2), event(3, { event: '' })])).rejects.toThrow()
    expect(await readCounts()).toMatchObject([{ name: 'event_1', row_count: 1 }])
  })

  test('keep projects apart', async () => {
    const other = await createProject(store, `counts-${store.kind}`)
    await append(store, 'append_events', [event(1)])
    await append(store, 'append_events', [event(1), event(2)], other)
    await fold()
    expect(await readCounts()).toMatchObject([{ name: 'event_1', row_count: 1 }])
    expect(await readCounts(other)).toHaveLength(2)
  })

  test('keep no name of which nothing is left', async () => {
    await append(store, 'append_events', [event(1), event(2)])
    await fold()
    await store.sql(
      `insert into public.event_count_deltas (project_id, hour, kind, name, bot, row_count)
       values (1, ${NOON}, 'event', 'event_1', false, -1)`,
    )
    expect(await readCounts()).toMatchObject([{ name: 'event_2' }])
    await fold()
    expect(await store.sql('select name from public.event_counts')).toEqual([{ name: 'event_2' }])
  })

  test('fold at most as many differences as asked, none twice', async () => {
    await append(
      store,
      'append_events',
      Array.from({ length: 10 }, (_, index) => event(index)),
    )
    expect([await fold(4), await fold(4), await fold(4), await fold(4)]).toEqual([4, 4, 2, 0])
    expect(await countRows(store, 'event_counts')).toBe(10)
    expect(await readErrors(store)).toEqual([])
  })

  test('tell where they differ from the raw rows', async () => {
    await append(store, 'append_events', [event(1), event(2), event(3)])
    await store.sql(`delete from public.user_events where event = 'event_2'`)
    await store.sql(`delete from public.event_count_deltas where name = 'event_3'`)
    expect(await readErrors(store)).toMatchObject([
      { name: 'event_2', counted: 1, stored: 0 },
      { name: 'event_3', counted: 0, stored: 1 },
    ])
  })

  test('equal a recount after 50 identical batches at once', async () => {
    const batch = Array.from({ length: 60 }, (_, index) =>
      event(index % 50, { ...ADA, event: `name ${index % 5}`, timestamp: NOON - index * 60_000 }),
    )
    const answers = await Promise.all(Array.from({ length: 50 }, () => append(store, 'append_events', batch)))
    expect(answers.reduce((sum, duplicates) => sum + batch.length - duplicates.length, 0)).toBe(60)
    expect(await readErrors(store)).toEqual([])
    expect(await readProfileErrors(store)).toEqual([])
  })

  test('equal a recount, as do profiles, while batches repeat each other in any order and folders run', async () => {
    const next = createRandom(20_261_121)
    const random = (below: number) => Math.floor(next() * below)
    const pool = Array.from({ length: 400 }, (_, index) => toRandomRow(index, random))
    const batches = Array.from({ length: 60 }, () => {
      const rows = Array.from({ length: 1 + random(60) }, () => pool[random(pool.length)] ?? event(0))
      return random(2) ? rows : rows.reverse()
    })
    const answers = await Promise.all(
      batches.flatMap((batch) => [append(store, 'append_events', batch).then(() => 0), fold(1 + random(200))]),
    )
    while ((await fold(50)) > 0) expect(await readErrors(store)).toEqual([])
    expect(answers.some((folded) => folded > 0)).toBe(true)
    expect(await countRows(store, 'event_count_deltas')).toBe(0)
    expect(await readErrors(store)).toEqual([])
    expect(await readProfileErrors(store)).toEqual([])
  })
})

function readErrors(store: TestStore) {
  return call<unknown[]>(store, 'get_count_errors', { p_project_id: 1, ...EVER })
}

/** Users whose profile does not count their rows. */
function readProfileErrors(store: TestStore) {
  return store.sql(
    `select user_id, profile.total_events, recount.total
     from public.user_profiles as profile
     full join (
       select user_id, count(*) as total from public.user_events
       where user_id is not null and bot_reasons is null and not gpc
       group by user_id
     ) as recount using (user_id)
     where coalesce(profile.total_events, 0) <> coalesce(recount.total, 0)`,
  )
}

/** One of a few names, users, hours and kinds; the same number always makes the same key. */
function toRandomRow(number: number, random: (below: number) => number) {
  const user = random(9)
  return event(number, {
    type: ['event', 'event', 'event', 'conversion', 'identify'][random(5)],
    timestamp: NOON - random(5) * HOUR_MS - random(1000),
    actor_id: uuid(800 + user),
    ...(user > 0 && { user_id: uuid(user) }),
    event: `name ${random(4)}`,
    funnel: `funnel ${random(2)}`,
    step: `step ${random(3)}`,
    linked_actor_id: uuid(900 + random(5)),
    ...(random(6) === 0 && { bot_reasons: ['headless'] }),
    ...(random(9) === 0 && { gpc: true }),
  })
}
