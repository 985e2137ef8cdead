import { expect, test } from 'vitest'
import { toActorId } from '../../../lib/collect/actor-id'
import type { EventRow } from '../../../lib/contracts/ingest-rows'
import type { ActorId, ProjectId } from '../../../lib/core/ids'
import { appendEvents } from '../../../lib/database/events'
import { countPersonRows, readPersonActors, readPersonRecords, readPersonRows } from '../../../lib/database/people'
import { createProject } from '../../sql/store-rows'
import { describeStores } from '../../support/store'

const AT = Date.UTC(2026, 2, 10, 12)
const actor = (name: string) => toActorId('key', name)
const nobody = '00000000-0000-0000-0000-000000000000' as ActorId

describeStores('people', (store) => {
  let projects = 0
  const open = async () => (await createProject(store, `people-${++projects}`)) as ProjectId
  const toRow = (name: string, extra: Partial<EventRow> = {}): EventRow => ({
    id: crypto.randomUUID(),
    type: 'event',
    event: 'a',
    actorId: actor(name),
    timestamp: AT,
    ...extra,
  })
  const toLink = (user: string, browser: string, extra: Partial<EventRow> = {}) =>
    toRow(user, { type: 'identify', userId: actor(user), linkedActorId: actor(browser), ...extra })

  test('are all their actors, their own first, whichever is asked for', async () => {
    const project = await open()
    await appendEvents(project, [toLink('ann', 'laptop'), toLink('ann', 'phone'), toLink('bob', 'tablet')])
    const browsers = [actor('laptop'), actor('phone')].sort()
    for (const name of ['ann', 'laptop', 'phone']) {
      expect(await readPersonActors(project, [actor(name)])).toEqual([actor('ann'), ...browsers])
    }
    expect(await readPersonActors(project, [actor('stranger')])).toEqual([actor('stranger')])
    expect(await readPersonActors(project, [nobody])).toEqual([])
  })

  test('keep what the first of two users of a browser left, and nothing of the second', async () => {
    const project = await open()
    await appendEvents(project, [toLink('ann', 'shared')])
    await appendEvents(project, [toLink('bob', 'shared')])
    expect(await readPersonActors(project, [actor('bob')])).toEqual([actor('bob')])
    expect(await readPersonActors(project, [actor('shared')])).toEqual([actor('ann'), actor('shared')])
  })

  test('include a browser that an identify call named without linking it', async () => {
    const project = await open()
    await appendEvents(project, [toLink('ann', 'laptop', { botReasons: ['headless'] })])
    expect(await readPersonActors(project, [actor('ann')])).toEqual([actor('ann'), actor('laptop')])
    expect((await readPersonRecords(project, [actor('ann')])).actor_person).toEqual([])
  })

  test('are counted right whatever the window, also where many rows share an instant', async () => {
    const project = await open()
    const times = [AT - 5, AT, AT, AT, AT, AT + 1, AT + 90 * 86_400_000]
    const rows = times.flatMap((timestamp) => [toRow('ann', { timestamp }), toRow('bob', { timestamp: timestamp + 1 })])
    await appendEvents(project, rows)
    const expected = { count: 7, firstMs: AT - 5, lastMs: AT + 90 * 86_400_000 }
    for (const rowsPerCall of [1, 2, 3, 5, 100]) {
      expect(await countPersonRows(project, [actor('ann')], 'user_events', { rowsPerCall })).toEqual(expected)
      const read: string[] = []
      const options = { rowsPerCall, rowsPerPage: 2 }
      for await (const page of readPersonRows(project, [actor('ann')], 'user_events', options)) {
        read.push(...page.map((row) => row.id as string))
      }
      expect(read).toHaveLength(7)
      expect(new Set(read).size).toBe(7)
    }
  })

  test('who left nothing are zeros and nulls, and no page', async () => {
    const project = await open()
    const nothing = { count: 0, firstMs: null, lastMs: null }
    expect(await countPersonRows(project, [actor('ann')], 'conversions')).toEqual(nothing)
    for await (const page of readPersonRows(project, [actor('ann')], 'conversions')) expect(page).toBeNull()
    expect(await readPersonRecords(project, [actor('ann')])).toEqual({
      user_profiles: [],
      actor_person: [],
      dead_letters: [],
    })
  })
})
