import { beforeEach, expect, test } from 'vitest'
import { describeStores, type TestStore } from '../support/store'
import { append, call, countRows, createProject, event, NOON, navigation, uuid } from './store-rows'

const TABLES = [
  'user_events',
  'conversions',
  'identifications',
  'performance_metrics',
  'actor_person',
  'user_profiles',
  'event_counts',
  'event_count_deltas',
  'erased_actors',
]
const ADA = { user_id: uuid(1), actor_id: uuid(801) }
const MARK = { bot_reasons: ['data_centre', 'headless'], browser: 'Chrome', os: 'Linux', device: 'desktop' }
const EVER = { p_from: -62_135_596_800_000, p_to: 253_402_300_800_000 }

describeStores('restore_bots', (store) => {
  beforeEach(() => store.sql(`truncate ${TABLES.map((table) => `public.${table}`).join(', ')}`))

  const readGroups = (args: object = {}) =>
    call<Record<string, unknown>[]>(store, 'get_bot_groups', {
      p_project_id: 1,
      p_from: NOON,
      p_to: NOON + 1_000,
      ...args,
    })
  const restore = (args: object = {}) =>
    call<{ restored: number; next: number | null }>(store, 'restore_bots', {
      p_project_id: 1,
      p_reasons: MARK.bot_reasons,
      p_browser: MARK.browser,
      p_from: NOON,
      p_to: NOON + 1_000,
      p_limit: 100,
      ...args,
    })

  test('groups what is marked by reasons and agent, whatever it measures', async () => {
    await append(store, 'append_events', [
      event(1, MARK),
      event(2, { ...MARK, timestamp: NOON + 10 }),
      event(3, { ...MARK, type: 'conversion', funnel: 'f', step: 's', timestamp: NOON + 20 }),
      event(4, { bot_reasons: ['user_agent'] }),
      event(5),
      event(6, { ...MARK, timestamp: NOON - 1 }),
      event(7, { ...MARK, timestamp: NOON + 1_000 }),
    ])
    await append(store, 'append_vitals', [navigation(1, { ...MARK, timestamp: NOON + 30 })])
    expect(await readGroups()).toEqual([
      {
        reasons: MARK.bot_reasons,
        browser: 'Chrome',
        os: 'Linux',
        row_count: 4,
        first_ms: NOON,
        last_ms: NOON + 30,
      },
      { reasons: ['user_agent'], browser: null, os: null, row_count: 1, first_ms: NOON, last_ms: NOON },
    ])
  })

  test('restores exactly the group that was asked for', async () => {
    const others = [
      event(2, { ...MARK, bot_reasons: ['headless'] }),
      event(3, { ...MARK, browser: 'Firefox' }),
      event(4, { ...MARK, browser: null }),
      event(5, { ...MARK, timestamp: NOON + 1_000 }),
      event(6, { ...MARK, timestamp: NOON - 1 }),
    ]
    const other = await createProject(store, `bots-${store.kind}`)
    await append(store, 'append_events', [event(1, MARK), ...others])
    await append(store, 'append_events', [event(1, MARK)], other)
    await append(store, 'append_vitals', [navigation(1, MARK)])
    expect(await restore()).toEqual({ restored: 2, next: null })
    expect(await store.sql('select event from public.user_events where bot_reasons is null')).toEqual([
      { event: 'event_1' },
    ])
    expect(await countRows(store, 'performance_metrics', 'bot_reasons is null')).toBe(1)
    expect(await restore({ p_browser: null })).toEqual({ restored: 1, next: null })
  })

  test('leaves everything as if the rows had come unmarked', async () => {
    const rows = (mark: object) => [
      event(1, { ...mark, actor_id: uuid(900) }),
      event(2, { ...mark, type: 'identify', ...ADA, linked_actor_id: uuid(900) }),
      event(3, { ...mark, ...ADA, timestamp: NOON + 5 }),
      event(4, { ...mark, ...ADA, timestamp: NOON + 9, event: '$pageview' }),
      event(5, { ...mark, ...ADA, type: 'conversion', funnel: 'f', step: 's', timestamp: NOON + 12 }),
      event(6, { ...mark, ...ADA, gpc: true }),
    ]
    await append(store, 'append_events', rows({ ...MARK, bot_reasons: null }))
    const expected = await readPeople(store)
    await store.sql(`truncate ${TABLES.map((table) => `public.${table}`).join(', ')}`)
    await append(store, 'append_events', rows(MARK))
    expect(await readPeople(store)).toEqual([[], []])
    expect(await restore()).toEqual({ restored: 5, next: null })
    expect(await readPeople(store)).toEqual(expected)
    expect(await call(store, 'get_count_errors', { p_project_id: 1, ...EVER })).toEqual([])
  })

  test('counts each row once however it is interrupted and by however many at once', async () => {
    const rows = Array.from({ length: 60 }, (_, index) =>
      event(index, { ...MARK, ...ADA, timestamp: NOON + (index >> 3) }),
    )
    await append(store, 'append_events', rows)
    const work = async () => {
      let next: number | null = NOON
      let restored = 0
      while (next !== null) {
        const answer: { restored: number; next: number | null } = await restore({ p_from: next, p_limit: 7 })
        restored += answer.restored
        next = answer.next
      }
      return restored
    }
    const answers = await Promise.all([work(), work(), work()])
    expect(answers.reduce((sum, restored) => sum + restored, 0)).toBe(60)
    expect(await store.sql('select total_events from public.user_profiles')).toEqual([{ total_events: 60 }])
    expect(await call(store, 'get_count_errors', { p_project_id: 1, ...EVER })).toEqual([])
    expect(await restore()).toEqual({ restored: 0, next: null })
  })

  test('brings nobody back who was erased', async () => {
    await append(store, 'append_events', [event(1, { ...MARK, ...ADA })])
    await call(store, 'bury_actors', { p_project_id: 1, p_actor_ids: [ADA.actor_id], p_erased_at: NOON })
    expect(await restore()).toEqual({ restored: 0, next: null })
    expect(await countRows(store, 'user_profiles')).toBe(0)
  })
})

/** Profiles and links, without what depends on the moment of the call. */
function readPeople(store: TestStore) {
  return Promise.all([
    store.sql(
      `select user_id, actor_id, first_seen::text, last_activity::text, total_events, features_used
       from public.user_profiles order by user_id`,
    ),
    store.sql('select actor_id, person_id from public.actor_person order by actor_id'),
  ])
}
