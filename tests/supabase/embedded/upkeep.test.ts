import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '../../../supabase/embedded/migrations'
import type { Store } from '../../../supabase/embedded/store'
import { tidyUp } from '../../../supabase/embedded/upkeep'
import { describeStoreKinds } from '../../support/store'
import type { StorePlace } from '../../support/store-place'

describeStoreKinds('tidyUp', (kind, openPlace) => {
  let place: StorePlace
  beforeAll(async () => {
    place = await openPlace()
    await migrate(place.store)
  })
  afterAll(async () => {
    await place.store.close()
    await place.remove()
  })
  const query = (sql: string) => place.store.transaction({}, (tx) => tx.query(sql))
  const addDeltas = (count: number) =>
    query(`insert into public.event_count_deltas (project_id, hour, kind, name, bot, row_count)
      select 1, 0, 'event', 'name', false, 1 from generate_series(1, ${count})`)
  const tidyCounts = async () => (await tidyUp(place.store)).filter((statement) => statement.includes('event_count'))
  const readSize = async () => {
    const [row] = await query("select pg_relation_size('public.event_count_deltas')::int as bytes")
    return row?.bytes
  }

  if (kind === 'postgres') {
    test('leaves to Postgres what Postgres does by itself', async () => {
      await addDeltas(1_000)
      expect(await tidyUp(place.store)).toEqual([])
    })
    return
  }

  test('frees the room of counts that were folded, and has nothing left to do', async () => {
    await addDeltas(10_000)
    expect(await readSize()).toBeGreaterThan(0)
    await query('select public.fold_event_counts()')
    expect(await tidyCounts()).toContain('vacuum public.event_count_deltas')
    expect(await readSize()).toBe(0)
    expect(await tidyCounts()).toEqual([])
  })

  test('tells the planner of rows that came', async () => {
    await query(`insert into public.user_events (timestamp, project_id, actor_id, id, event)
      select n, 1, gen_random_uuid(), gen_random_uuid(), 'e' from generate_series(1, 500) as n`)
    const statements = await tidyUp(place.store)
    expect(statements.filter((statement) => statement.includes('user_events'))).toEqual([
      'analyze public.user_events_default',
    ])
    expect(await query("select reltuples::int as rows from pg_class where relname = 'user_events_default'")).toEqual([
      { rows: 500 },
    ])
  })

  test('lets a few rows be', async () => {
    await addDeltas(20)
    await query('select public.fold_event_counts()')
    expect(await tidyCounts()).toEqual([])
  })

  test('lets requests take their turns in between', async () => {
    await addDeltas(10_000)
    await query('select public.fold_event_counts()')
    const order: string[] = []
    const watched: Store = {
      kind: place.store.kind,
      transaction: (options, work) => place.store.transaction(options, work),
      close: () => place.store.close(),
      runAlone: async (statement) => {
        await place.store.runAlone?.(statement)
        order.push(statement)
      },
    }
    const asked = place.store.transaction({}, async (tx) => {
      await tx.query('select 1')
      order.push('request')
    })
    await Promise.all([tidyUp(watched), asked])
    expect(order[0]).toBe('request')
    expect(order.length).toBeGreaterThan(1)
  })
})
