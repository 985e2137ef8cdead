import { expect, test } from 'vitest'
import { describeStores, type TestStore } from '../support/store'
import { append, call, countRows, event, navigation } from './store-rows'

const RAW_TABLES = [
  'user_events',
  'conversions',
  'identifications',
  'performance_metrics',
  'ai_performance_metrics',
  'database_performance_metrics',
]

describeStores('create_partitions', (store) => {
  test('creates one partition per raw table and month that the range touches', async () => {
    const range = { p_from: Date.UTC(2031, 0, 31, 23, 59, 59, 999), p_to: Date.UTC(2031, 1, 1) + 1 }
    expect(await call(store, 'create_partitions', range)).toBe(2 * RAW_TABLES.length)
    for (const table of RAW_TABLES) {
      expect(await readPartitions(store, table)).toEqual(
        expect.arrayContaining([`${table}_203101`, `${table}_203102`, `${table}_default`]),
      )
    }
  })

  test('leaves out the month that begins where the range ends', async () => {
    const range = { p_from: Date.UTC(2032, 0, 1), p_to: Date.UTC(2032, 1, 1) }
    expect(await call(store, 'create_partitions', range)).toBe(RAW_TABLES.length)
    expect(await readPartitions(store, 'user_events')).not.toContain('user_events_203202')
  })

  test('creates nothing twice, nor for an empty range', async () => {
    const range = { p_from: Date.UTC(2033, 5, 1), p_to: Date.UTC(2033, 6, 1) }
    expect(await call(store, 'create_partitions', range)).toBe(RAW_TABLES.length)
    expect(await call(store, 'create_partitions', range)).toBe(0)
    expect(await call(store, 'create_partitions', { p_from: 5, p_to: 5 })).toBe(0)
    expect(await call(store, 'create_partitions', { p_from: 5, p_to: 4 })).toBe(0)
  })

  test('creates each once when many ask at the same time', async () => {
    const range = { p_from: Date.UTC(2034, 0, 1), p_to: Date.UTC(2034, 2, 1) }
    const created = await Promise.all(Array.from({ length: 8 }, () => call<number>(store, 'create_partitions', range)))
    expect(created.reduce((sum, count) => sum + count)).toBe(2 * RAW_TABLES.length)
  })

  test('refuses a range out of time or longer than 20 years', async () => {
    for (const range of [
      { p_from: null, p_to: 1 },
      { p_from: 0, p_to: Number.MAX_SAFE_INTEGER },
      { p_from: 0, p_to: Date.UTC(1995, 0, 1) },
    ]) {
      await expect(call(store, 'create_partitions', range)).rejects.toMatchObject({ code: '22023' })
    }
  })

  test('keeps rows where their time belongs: a month begins with its first millisecond', async () => {
    const start = Date.UTC(2035, 4, 1)
    await call(store, 'create_partitions', { p_from: Date.UTC(2035, 3, 1), p_to: Date.UTC(2035, 6, 1) })
    await append(store, 'append_events', [
      event(1, { timestamp: start - 1 }),
      event(2, { timestamp: start }),
      event(3, { timestamp: Date.UTC(2035, 5, 1) - 1 }),
      event(4, { timestamp: Date.UTC(2035, 5, 1) }),
    ])
    expect(await countRows(store, 'user_events_203504')).toBe(1)
    expect(await countRows(store, 'user_events_203505')).toBe(2)
    expect(await countRows(store, 'user_events_203506')).toBe(1)
  })

  test('moves what the default partition held, and nothing else of it', async () => {
    const start = Date.UTC(2036, 7, 1)
    const rows = [
      event(11, { timestamp: start - 1 }),
      event(12, { timestamp: start }),
      event(13, { timestamp: start + 5 }),
    ]
    const sends = [navigation(1, { timestamp: start, seq: 1, lcp: 0, custom: { a: 1 } })]
    await append(store, 'append_events', rows)
    await append(store, 'append_vitals', sends)
    await call(store, 'create_partitions', { p_from: start, p_to: start + 1 })
    expect(await countRows(store, 'user_events_203608')).toBe(2)
    expect(await countRows(store, 'user_events_default', `timestamp >= ${start - 1}`)).toBe(1)
    expect(await countRows(store, 'performance_metrics_203608', 'lcp = 0 and custom = \'{"a": 1}\'')).toBe(1)
    // They are the same rows: a retry still meets them.
    expect(await append(store, 'append_events', rows)).toEqual([0, 1, 2])
    expect(await append(store, 'append_vitals', sends)).toEqual([0])
  })

  test('loses no row that is appended while a partition is made', async () => {
    const start = Date.UTC(2037, 0, 1)
    const batches = Array.from({ length: 16 }, (_, batch) =>
      Array.from({ length: 20 }, (_, index) => event(batch * 20 + index, { timestamp: start + index })),
    )
    await Promise.all([
      ...batches.slice(0, 8).map((batch) => append(store, 'append_events', batch)),
      call(store, 'create_partitions', { p_from: start, p_to: start + 1 }),
      ...batches.slice(8).map((batch) => append(store, 'append_events', batch)),
    ])
    expect(await countRows(store, 'user_events_203701')).toBe(320)
    expect(await countRows(store, 'user_events_default', `timestamp >= ${start}`)).toBe(0)
  })

  test('gives each partition the keys and indexes of its table', async () => {
    await call(store, 'create_partitions', { p_from: Date.UTC(2038, 0, 1), p_to: Date.UTC(2038, 0, 2) })
    for (const table of RAW_TABLES) {
      expect(await countIndexes(store, `${table}_203801`), table).toBe(await countIndexes(store, table))
    }
  })
})

describeStores('create_partitions_ahead', (store) => {
  test('has made this month and the next three while migrating', async () => {
    const names = [0, 1, 2, 3].map((ahead) => {
      const now = new Date()
      const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1))
      return `user_events_${month.toISOString().slice(0, 7).replace('-', '')}`
    })
    expect(await readPartitions(store, 'user_events')).toEqual([...names, 'user_events_default'])
    expect(await call(store, 'create_partitions_ahead')).toBe(0)
  })

  test('makes what is missing', async () => {
    const [, second] = await readPartitions(store, 'user_events')
    await store.sql(`drop table public.${second}`)
    expect(await call(store, 'create_partitions_ahead')).toBe(1)
    expect(await readPartitions(store, 'user_events')).toContain(second)
  })
})

/** The names of a table's partitions, sorted. */
async function readPartitions(store: TestStore, table: string): Promise<string[]> {
  const rows = await store.sql<{ name: string }>(
    `select class.relname::text as name from pg_inherits join pg_class as class on class.oid = inhrelid
     where inhparent = $1::regclass order by 1`,
    [`public.${table}`],
  )
  return rows.map((row) => row.name)
}

async function countIndexes(store: TestStore, table: string): Promise<number> {
  const [row] = await store.sql<{ count: number }>(
    'select count(*)::int as count from pg_index where indrelid = $1::regclass and indisvalid',
    [`public.${table}`],
  )
  return row?.count ?? -1
}
