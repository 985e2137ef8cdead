import { expect, test } from 'vitest'
import { foldEventCounts } from '../../../lib/database/event-counts'
import { appendEvents } from '../../../lib/database/events'
import { describeStores } from '../../support/store'
import { PROJECT, toIdentity } from './ingest'

describeStores('foldEventCounts', (store) => {
  const readSum = async (table: string) => {
    const [row] = await store.sql<{ sum: number }>(
      `select coalesce(sum(row_count), 0)::int as sum from public.${table} where name = 'counted'`,
    )
    return row?.sum
  }

  test('moves what was counted where readers find it sooner, and says how much it took', async () => {
    await appendEvents(PROJECT, [
      { type: 'event', event: 'counted', ...toIdentity() },
      { type: 'event', event: 'counted', ...toIdentity() },
    ])
    expect(await readSum('event_counts')).toBe(0)
    expect(await foldEventCounts()).toBeGreaterThan(0)
    expect(await readSum('event_counts')).toBe(2)
    expect(await readSum('event_count_deltas')).toBe(0)
  })

  test('finds nothing to do the second time', async () => {
    await foldEventCounts()
    expect(await foldEventCounts()).toBe(0)
  })

  test('goes on until nothing is left', async () => {
    await store.sql(
      `insert into public.event_count_deltas (project_id, hour, kind, name, bot, row_count)
       select 1, 0, 'event', 'many', false, 1 from generate_series(1, 45000)`,
    )
    expect(await foldEventCounts()).toBe(45_000)
    expect(await store.sql(`select row_count::int as count from public.event_counts where name = 'many'`)).toEqual([
      { count: 45_000 },
    ])
  })
})
