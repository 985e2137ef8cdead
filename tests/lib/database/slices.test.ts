import { beforeEach, expect, test } from 'vitest'
import { toActorId } from '../../../lib/collect/actor-id'
import { foldEventCounts } from '../../../lib/database/event-counts'
import { readEventTotals } from '../../../lib/database/event-reports'
import { appendEvents } from '../../../lib/database/events'
import { markAllSlices, rollUpSlices } from '../../../lib/database/slices'
import { countRows } from '../../sql/store-rows'
import { describeStores } from '../../support/store'
import { PROJECT, toIdentity } from './ingest'

const HOUR_MS = 3_600_000

describeStores('rollUpSlices', (store) => {
  const startMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 50 * HOUR_MS
  const sendHours = (hours: readonly number[]) =>
    appendEvents(
      PROJECT,
      hours.map((hour) => ({
        type: 'event',
        event: '$pageview',
        ...toIdentity(),
        actorId: toActorId('key', `person ${hour}`),
        sessionId: `session ${hour}`,
        timestamp: startMs + hour * HOUR_MS,
      })),
    )
  const readTotals = () =>
    readEventTotals({
      projectId: PROJECT,
      fromMs: startMs,
      toMs: startMs + 60 * HOUR_MS,
      filters: {},
      includeBots: false,
    })

  beforeEach(() => store.sql('delete from public.slices; delete from public.user_events'))

  test('rolls up hours and days that are over, and nothing that still goes on', async () => {
    await sendHours([0, 1, 20, 50])
    await foldEventCounts()
    expect(await rollUpSlices({ quietMs: 0 })).toBe(0)
    expect(await countRows(store, 'slices', 'timezone is null')).toBe(3)
    expect(await countRows(store, 'slices', 'timezone is not null')).toBeGreaterThan(0)
    expect(await countRows(store, 'slices', `end_ms > ${startMs + 50 * HOUR_MS}`)).toBe(0)
    expect(await readTotals()).toEqual({ events: 4, pageviews: 4, people: 4, sessions: 4, conversions: 0 })
  })

  test('leaves alone what changed just now', async () => {
    await sendHours([0])
    await foldEventCounts()
    expect(await rollUpSlices({ quietMs: 60_000 })).toBe(0)
    expect(await countRows(store, 'slices')).toBe(0)
  })

  test('stops when its time is over, and says what is left', async () => {
    await sendHours([0, 26])
    await foldEventCounts()
    expect(await rollUpSlices({ quietMs: 0, budgetMs: 0 })).toBeGreaterThan(0)
    expect(await rollUpSlices({ quietMs: 0 })).toBe(0)
  })

  test('makes everything anew when all is marked', async () => {
    await sendHours([0, 1])
    await foldEventCounts()
    await rollUpSlices({ quietMs: 0 })
    const before = await store.sql('select max(id) as id from public.slices')
    await markAllSlices()
    await rollUpSlices()
    expect(await countRows(store, 'slices', `id <= ${before[0]?.id}`)).toBe(0)
    expect(await readTotals()).toMatchObject({ events: 2 })
  })

  test('loses nothing when it is cut off half-way', async () => {
    await sendHours([0, 1])
    await foldEventCounts()
    await expect(store.sql('select public.roll_up_slices(0); select 1 / 0')).rejects.toThrow()
    expect(await countRows(store, 'slices')).toBe(0)
    expect(await rollUpSlices({ quietMs: 0 })).toBe(0)
    expect(await countRows(store, 'slices')).toBeGreaterThan(0)
  })

  // PGlite runs one transaction at a time.
  if (store.kind === 'postgres')
    test('loses nobody who is linked while the builder is at work', async () => {
      await sendHours([31])
      await foldEventCounts()
      const actorId = toActorId('key', 'person 31')
      // The builder has given numbers when it makes the slice, and reads the rows after that.
      await store.sql(`
      create function public.wait_for_link() returns trigger language plpgsql as $f$
      begin
        while not exists (select from public.actor_person as link where link.actor_id = '${actorId}') loop
          perform pg_sleep(0.01);
        end loop;
        return new;
      end $f$;
      create trigger wait_for_link before insert on public.slices for each row execute function public.wait_for_link()`)
      const rolledUp = rollUpSlices({ quietMs: 0 })
      const isWaiting = `select from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()`
      while ((await store.sql(isWaiting)).length === 0);
      await store.sql('insert into public.actor_person (project_id, actor_id, person_id) values (1, $1, $2)', [
        actorId,
        toActorId('key', 'somebody new'),
      ])
      await rolledUp
      await store.sql('drop trigger wait_for_link on public.slices; drop function public.wait_for_link')
      expect(await readTotals()).toMatchObject({ events: 1, people: 1, sessions: 1 })
      await rollUpSlices({ quietMs: 0 })
      expect(await readTotals()).toMatchObject({ events: 1, people: 1, sessions: 1 })
    })

  test('forgets who is erased, in sets, in hits and among the numbers', async () => {
    // Nobody whom another test sends: what is erased stays out.
    await sendHours([0, 2, 49])
    await foldEventCounts()
    await rollUpSlices({ quietMs: 0 })
    const actorId = toActorId('key', 'person 49')
    const isHeld = `person_id = uuid_hash_extended('${actorId}'::uuid, 0)`
    expect(await countRows(store, 'person_numbers', isHeld)).toBe(1)
    const [begun] = await store.sql<{ id: string }>(
      `select public.begin_erasure(1, array['${actorId}']::uuid[], 'subject', 'key') as id`,
    )
    for (let isMore = true; isMore; ) {
      const [row] = await store.sql<{ more: boolean }>('select public.erase_person_rows($1) as more', [begun?.id])
      isMore = row?.more ?? false
    }
    await store.sql('select public.finish_erasure($1, $2)', [begun?.id, 'jws'])
    expect(await readTotals()).toMatchObject({ events: 2, people: 2 })
    await foldEventCounts()
    await rollUpSlices({ quietMs: 0 })
    expect(await countRows(store, 'person_numbers', isHeld)).toBe(0)
    expect(await readTotals()).toMatchObject({ events: 2, people: 2, sessions: 2 })
    expect(await countRows(store, 'slices', `start_ms = ${startMs + 49 * HOUR_MS}`)).toBe(0)
  })

  test('counts each row once while others append, fold and roll up at the same time', async () => {
    const hours = Array.from({ length: 48 }, (_, hour) => hour)
    await sendHours(hours)
    const seen: number[] = []
    await Promise.all([
      ...Array.from({ length: 6 }, async () => {
        await sendHours(hours)
        seen.push((await readTotals()).events)
      }),
      ...Array.from({ length: 3 }, async () => {
        await foldEventCounts()
        await rollUpSlices({ quietMs: 0 })
      }),
    ])
    expect(seen.filter((events) => events % 48 !== 0)).toEqual([])
    await foldEventCounts()
    expect(await rollUpSlices({ quietMs: 0 })).toBe(0)
    expect(await readTotals()).toMatchObject({ events: 48 * 7, people: 48, sessions: 48 })
    expect(await countRows(store, 'slice_marks', `from_ms < ${startMs + 48 * HOUR_MS}`)).toBe(0)
  })
})
