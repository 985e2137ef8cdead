import { beforeAll, expect, test } from 'vitest'
import { purgeExpired } from '../../../lib/database/retention'
import { append, call, countRows, createProject, event, navigation, uuid } from '../../sql/store-rows'
import { describeStores, type TestStore } from '../../support/store'

const DAY_MS = 86_400_000
const NOW = Date.now()
const ago = (days: number) => NOW - days * DAY_MS

type Days = Partial<Record<'events' | 'conversions' | 'vitals' | 'ai' | 'database', number | null>>
const setRetention = (store: TestStore, project: number, retentionDays: Days) =>
  store.sql('update public.projects set settings = $2 where id = $1', [project, { retentionDays }])

/** One row of each table per age. */
async function fill(store: TestStore, project: number, days: readonly number[]): Promise<void> {
  for (const [index, each] of days.entries()) {
    const timestamp = ago(each)
    const identity = { id: uuid(index), actor_id: uuid(900), timestamp }
    await append(
      store,
      'append_events',
      [
        event(index, { timestamp }),
        event(index + 100, { timestamp, type: 'conversion', funnel: 'f', step: 's' }),
        event(index + 200, { timestamp, type: 'identify', user_id: uuid(1), linked_actor_id: uuid(950 + index) }),
      ],
      project,
    )
    await append(store, 'append_vitals', [navigation(index, { timestamp })], project)
    await append(store, 'append_ai_metrics', [identity], project)
    await append(store, 'append_database_metrics', [{ ...identity, query: 'select', duration: 1 }], project)
  }
}

describeStores('retention', (store) => {
  let short = 0
  let long = 0

  beforeAll(async () => {
    short = await createProject(store, 'short')
    long = await createProject(store, 'long')
    await call(store, 'create_partitions', { p_from: ago(800), p_to: NOW })
    await store.sql('delete from public.projects where id = 1')
  })

  const agesOf = async (project: number, table: string) => {
    const rows = await store.sql<{ days: number }>(
      `select round(($2::bigint - timestamp) / 86400000.0)::int as days from public.${table} where project_id = $1 order by timestamp desc`,
      [project, NOW],
    )
    return rows.map(({ days }) => days)
  }

  test('keeps everything where nothing was said, or something that is no number of days', async () => {
    await fill(store, short, [1, 700])
    await setRetention(store, long, { events: null, vitals: 0, ai: -3, database: 'soon' as unknown as number })
    expect(await purgeExpired(NOW)).toEqual({ partitions: [], rows: {}, salts: 0, minutes: 0, isDone: true })
    expect(await agesOf(short, 'user_events')).toEqual([1, 700])
  })

  test('lets each project outlive its own rows, table by table, a chunk at a time', async () => {
    await fill(store, short, [2, 29, 31])
    await fill(store, long, [2, 31, 366, 400])
    await setRetention(store, short, { events: 30, vitals: 1 })
    await setRetention(store, long, { events: 365, conversions: 30 })
    const purged = await purgeExpired(NOW, { rowsPerCall: 1 })
    // How many of the old rows went with a whole month depends on the day of the test.
    expect(purged).toMatchObject({ rows: { conversions: 3, performance_metrics: 4 }, isDone: true })
    expect(purged.partitions.filter((name) => /^(conversions|performance)/.test(name))).toEqual([])
    expect(await agesOf(short, 'user_events')).toEqual([1, 2, 29])
    expect(await agesOf(short, 'identifications')).toEqual([1, 2, 29])
    expect(await agesOf(short, 'conversions')).toEqual([1, 2, 29, 31, 700])
    // What is as old as its limit to the millisecond has not outlived it.
    expect(await agesOf(short, 'performance_metrics')).toEqual([1])
    expect(await agesOf(long, 'user_events')).toEqual([2, 31])
    expect(await agesOf(long, 'conversions')).toEqual([2])
    expect(await agesOf(long, 'ai_performance_metrics')).toEqual([2, 31, 366, 400])
    expect(await purgeExpired(NOW)).toMatchObject({ rows: {}, isDone: true })
  })

  test('drops the months that every project has outlived, and no month that one keeps', async () => {
    await setRetention(store, short, { database: 30, ai: 30 })
    await setRetention(store, long, { database: 401 })
    await fill(store, long, [2, 399, 700])
    const { partitions, rows } = await purgeExpired(NOW)
    expect(partitions.length).toBeGreaterThanOrEqual(12)
    expect(partitions.every((name) => /^database_performance_metrics_\d{6}$/.test(name))).toBe(true)
    for (const name of partitions) {
      expect(await store.sql('select to_regclass($1)::text as found', [`public.${name}`])).toEqual([{ found: null }])
    }
    // What a dropped month held is gone without having been deleted row by row.
    expect(rows.database_performance_metrics ?? 0).toBeLessThan(5)
    expect(await agesOf(long, 'database_performance_metrics')).toEqual([2, 31, 366, 399, 400])
    expect(await agesOf(long, 'ai_performance_metrics')).toEqual([2, 31, 366, 399, 400, 700])
  })

  test('goes by the store’s clock when the caller’s is ahead', async () => {
    const before = await agesOf(long, 'database_performance_metrics')
    await purgeExpired(NOW + 10_000 * DAY_MS)
    expect(await agesOf(long, 'database_performance_metrics')).toEqual(before)
  })

  test('reaches rows outside every month, and dead letters of before', async () => {
    await setRetention(store, short, { events: 30 })
    await append(store, 'append_events', [event(300, { timestamp: ago(5_000) })], short)
    const letter = { lane: 'events', reason: 'refused_by_store', code: '' }
    await call(store, 'park_dead_letters', {
      p_project_id: short,
      p_rows: [5, 31].map((days) => ({ ...letter, content: event(days, { timestamp: ago(days) }) })),
    })
    expect(await purgeExpired(NOW)).toMatchObject({ rows: { user_events: 1, dead_letters: 1 } })
    expect(await agesOf(short, 'dead_letters')).toEqual([5])
  })

  test('ends when its time is up and goes on with the next run', async () => {
    await append(store, 'append_events', [event(301, { timestamp: ago(300) })], short)
    expect(await purgeExpired(NOW, { budgetMs: 0 })).toMatchObject({ rows: {}, isDone: false })
    expect(await purgeExpired(NOW)).toMatchObject({ rows: { user_events: 1 }, isDone: true })
  })

  test('destroys old salts and figures', async () => {
    await store.sql('insert into public.visitor_salts (day) values ($1)', [Math.floor(NOW / DAY_MS) - 2])
    const minute = { project_id: long, instance_id: 'one' }
    const minutes = [31, 29].map((days) => ({ ...minute, minute_ms: Math.floor(ago(days) / 60_000) * 60_000 }))
    await call(store, 'set_ingest_minutes', { p_rows: minutes })
    expect(await purgeExpired(NOW)).toMatchObject({ salts: 1, minutes: 1 })
    expect(await countRows(store, 'ingest_minutes')).toBe(1)
  })
})
