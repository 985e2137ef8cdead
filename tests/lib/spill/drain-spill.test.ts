import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { EventRow, VitalsRow } from '../../../lib/contracts/ingest-rows'
import { countDeadLetters } from '../../../lib/database/dead-letters'
import { appendEvents } from '../../../lib/database/events'
import { drainSpill } from '../../../lib/spill/drain-spill'
import { readSpillDepth } from '../../../lib/spill/spill-depth'
import { createSpill } from '../../../lib/spill/spill-rows'
import { hasRedis } from '../../support/redis'
import { useRedis } from '../../support/redis-bridge'
import { describeStores } from '../../support/store'
import { PROJECT, toIdentity } from '../database/ingest'
import { buildDrainer } from './drainer-process'

const toEvent = (extra: Partial<EventRow> = {}): EventRow => ({ ...toIdentity(), type: 'event', event: 'a', ...extra })
const toVitals = (): VitalsRow => ({ ...toIdentity(), seq: 1, lcp: 1_200 })
const toCall = () => ({ ...toIdentity(), model: 'm', success: true, cacheHit: false })
const toQuery = () => ({ ...toIdentity(), query: 'select', duration: 3, cached: false })

describe.skipIf(!hasRedis)('the way of rows through the spill', () => {
  const redis = useRedis()
  const spill = createSpill()
  beforeEach(async () => {
    await redis.server.call('FLUSHALL')
  })

  describeStores('to the store', (store) => {
    const readIds = async (table: string): Promise<string[]> =>
      (await store.sql<{ id: string }>(`select id::text as id from public.${table}`)).map(({ id }) => id)

    test('leads each lane to its table', async () => {
      const rows = { events: toEvent(), vitals: toVitals(), ai: toCall(), database: toQuery() }
      for (const [lane, row] of Object.entries(rows)) await spill(lane as keyof typeof rows, PROJECT, [row])
      expect(await drainSpill()).toEqual({ drained: 4, duplicates: 0, parked: 0, left: 0, isBusy: false })
      expect(await readIds('user_events')).toContain(rows.events.id)
      expect(await readIds('performance_metrics')).toContain(rows.vitals.id)
      expect(await readIds('ai_performance_metrics')).toContain(rows.ai.id)
      expect(await readIds('database_performance_metrics')).toContain(rows.database.id)
    })

    test('finds what was stored before all the same, and parks what is refused', async () => {
      const [known, fresh, refused] = [toEvent(), toEvent(), toEvent({ event: '' })]
      await appendEvents(PROJECT, [known])
      await spill('events', PROJECT, [known, refused, fresh])
      const before = await countDeadLetters(PROJECT)
      expect(await drainSpill()).toEqual({ drained: 1, duplicates: 1, parked: 1, left: 0, isBusy: false })
      expect(await countDeadLetters(PROJECT)).toBe(before + 1)
    })
  })

  describeStores('with drainers that are killed', (store) => {
    let drainer: Awaited<ReturnType<typeof buildDrainer>>
    beforeAll(async () => {
      drainer = await buildDrainer()
    })
    afterAll(() => drainer.remove())

    test('loses no row and stores none twice, wherever kill -9 meets one of several', async () => {
      const users = Array.from({ length: 50 }, () => crypto.randomUUID())
      const rows = Array.from({ length: 2_000 }, (_, index) =>
        toEvent({ userId: users[index % 50] as string, event: 'spilled' }),
      )
      for (let from = 0; from < rows.length; from += 20) {
        // Lanes by turns, so that no two entries go together: many commits, many places to be killed at.
        await spill('events', PROJECT, rows.slice(from, from + 20))
        await spill('vitals', PROJECT, [toVitals()])
      }
      // Rows also come in directly, as those did whose answer was lost.
      await appendEvents(PROJECT, rows.slice(100, 150))
      const kills = await drainWithKills(drainer)
      expect(kills).toBeGreaterThan(0)
      const [events] = await store.sql<{ total: number; ids: number }>(
        "select count(*)::int as total, count(distinct id)::int as ids from public.user_events where event = 'spilled'",
      )
      expect(events).toEqual({ total: rows.length, ids: rows.length })
      const [vitals] = await store.sql<{ total: number }>(
        'select count(*)::int as total from public.performance_metrics',
      )
      expect(vitals?.total).toBe(100)
      const [profiles] = await store.sql<{ total: number }>(
        'select sum(total_events)::int as total from public.user_profiles',
      )
      expect(profiles?.total).toBe(rows.length)
      expect(await countDeadLetters(PROJECT)).toBe(0)
    }, 120_000)
  })
})

/** Keeps two drainers running until the spill is empty; gives how many killed themselves in the middle of it. */
async function drainWithKills({ start }: { start(): ChildProcess }): Promise<number> {
  let kills = 0
  let isDone = false
  const running = new Set<ChildProcess>()
  const keepOneRunning = async () => {
    while (!isDone) {
      const child = start()
      running.add(child)
      await once(child, 'exit')
      running.delete(child)
      kills += 1
    }
  }
  const both = [keepOneRunning(), keepOneRunning()]
  while ((await readSpillDepth())?.entries !== 0) await new Promise((wake) => setTimeout(wake, 50))
  isDone = true
  for (const child of running) child.kill('SIGKILL')
  await Promise.all(both)
  return kills - both.length
}
