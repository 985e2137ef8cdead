import { expect, test } from 'vitest'
import { toActorId } from '../../../lib/collect/actor-id'
import { foldEventCounts } from '../../../lib/database/event-counts'
import { appendEvents } from '../../../lib/database/events'
import { rollUpSlices } from '../../../lib/database/slices'
import { readWaitingRollups } from '../../../lib/database/waiting-rollups'
import { describeStores } from '../../support/store'
import { PROJECT, toIdentity } from './ingest'

const DAY_MS = 86_400_000

describeStores('readWaitingRollups', (store) => {
  test('counts what waits until it is made', async () => {
    const [actorId, timestamp] = [toActorId('key', 'somebody'), Date.now() - 3 * DAY_MS]
    await appendEvents(PROJECT, [{ type: 'event', event: 'seen', ...toIdentity(), actorId, timestamp }])
    await foldEventCounts()
    expect(await readWaitingRollups(Date.now(), 0)).toEqual({ days: 1, vitalHours: 0, callHours: 0 })
    expect(await readWaitingRollups(Date.now(), 60_000)).toMatchObject({ days: 0 })
    expect(await rollUpSlices({ quietMs: 0 })).toBe(0)
    expect(await readWaitingRollups(Date.now(), 0)).toMatchObject({ days: 0 })
  })

  // PGlite runs one transaction at a time.
  if (store.kind === 'postgres') {
    test('counts what somebody else is making, and so does who finds nothing to do', async () => {
      const [actorId, timestamp] = [toActorId('key', 'somebody'), Date.now() - 3 * DAY_MS]
      await appendEvents(PROJECT, [{ type: 'event', event: 'seen', ...toIdentity(), actorId, timestamp }])
      await foldEventCounts()
      await store.sql('create table public.is_over (yes boolean)')
      const otherBuilder = store.sql(`
        do $f$ begin
          perform pg_advisory_xact_lock(hashtext('growth_stack.roll_up_slices'), 1);
          while not exists (select from public.is_over) loop perform pg_sleep(0.01); end loop;
        end $f$`)
      const isHeld = `select from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()`
      while ((await store.sql(isHeld)).length === 0);
      expect(await rollUpSlices({ quietMs: 0 })).toBe(1)
      await store.sql('insert into public.is_over values (true)')
      await otherBuilder
      expect(await rollUpSlices({ quietMs: 0 })).toBe(0)
    })
  }
})
