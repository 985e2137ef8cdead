import { expect, test } from 'vitest'
import { toActorId } from '../../../lib/collect/actor-id'
import { beginErasure, erasePersonRows, readErasures } from '../../../lib/database/erasures'
import { appendEvents } from '../../../lib/database/events'
import type { Project } from '../../../lib/database/projects'
import { completeErasures, erasePerson } from '../../../lib/people/erase-person'
import { lookUpPerson } from '../../../lib/people/look-up-person'
import { toNamedActors } from '../../../lib/people/person-actors'
import { toSubject } from '../../../lib/people/receipt'
import { verifyReceipt } from '../../../lib/people/verify-receipt'
import { countRows } from '../../sql/store-rows'
import { describeStores } from '../../support/store'
import { findCountErrors, findTraces, LIVED, live, openProject, toNeedles } from './traces'

const AT = Date.UTC(2026, 2, 10, 12)
const ann = { userId: 'ann-7', anonymousIds: ['ann-laptop', 'ann-phone'] }
const bob = { userId: 'bob-9', anonymousIds: ['bob-laptop', 'bob-phone'] }
const options = { requestedBy: 'key', emptySpill: async () => {} }

describeStores('erasing a person', (store) => {
  let projects = 0
  const open = () => openProject(store, `erase-${++projects}`)
  const toEvent = (project: Project, id: string, timestamp: number) => ({
    type: 'event' as const,
    id: crypto.randomUUID(),
    actorId: toActorId(project.hashKey, id),
    timestamp,
    event: 'clicked',
  })

  test.each([{ userId: ann.userId }, { anonymousId: 'ann-phone' }])(
    'leaves no trace of them in any table, named by %o, and all of everybody else',
    async (reference) => {
      const [project, other] = [await open(), await open()]
      await live(project, ann, AT)
      await live(project, bob, AT)
      await live(other, ann, AT)
      const before = await findTraces(store, toNeedles(project, bob))
      const needles = toNeedles(project, ann)
      expect((await findTraces(store, needles)).length).toBeGreaterThan(15)
      const receipt = await erasePerson(project, reference, options)
      const names = [ann.userId, ...ann.anonymousIds]
      const ownNeedles = needles.filter((needle) => !names.includes(needle))
      expect(await findTraces(store, ownNeedles)).toEqual([])
      expect(await countRows(store, 'user_profiles', `external_id = 'ann-7' and project_id = ${project.id}`)).toBe(0)
      expect(receipt).toMatchObject({ actorCount: 3, rows: LIVED })
      expect(await findTraces(store, toNeedles(project, bob))).toEqual(before)
      expect((await lookUpPerson(other, reference))?.counts).toEqual(LIVED)
      expect(await findCountErrors(store, project)).toEqual([])
    },
  )

  test('leaves not even a name', async () => {
    const project = await open()
    const eve = { userId: 'eve-only-here', anonymousIds: ['eve-browser'] }
    await live(project, eve, AT)
    await erasePerson(project, { userId: eve.userId }, options)
    expect(await findTraces(store, toNeedles(project, eve))).toEqual([])
  })

  test('keeps out what was still on its way, and counts what comes later as a new beginning', async () => {
    const project = await open()
    await live(project, ann, AT)
    const { erasedAt } = await erasePerson(project, { userId: ann.userId }, options)
    const [late, fresh] = [toEvent(project, 'ann-phone', AT), toEvent(project, 'ann-phone', Date.parse(erasedAt) + 1)]
    expect(await appendEvents(project.id, [late, fresh])).toEqual({ ok: true, duplicates: [0] })
    await live(project, ann, AT)
    expect(await lookUpPerson(project, { anonymousId: 'ann-phone' })).toMatchObject({
      actorIds: [fresh.actorId],
      profile: null,
      counts: { user_events: 1, conversions: 0, identifications: 0, actor_person: 0, dead_letters: 0 },
    })
    expect(await findCountErrors(store, project)).toEqual([])
  })

  test('takes along what a clock that is ahead has stamped later than the erasure', async () => {
    const project = await open()
    await appendEvents(project.id, [toEvent(project, 'ann-phone', Date.now() + 50_000)])
    const { rows } = await erasePerson(project, { anonymousId: 'ann-phone' }, options)
    expect(rows.user_events).toBe(1)
  })

  test('goes on where it was killed, and says in the end all that went', async () => {
    const project = await open()
    await live(project, ann, AT)
    await live(project, bob, AT)
    const actorIds = toNamedActors(project, { userId: ann.userId })
    const subject = toSubject(project, actorIds[0] as (typeof actorIds)[number])
    const id = await beginErasure(project.id, { actorIds, subject, requestedBy: 'member 1' })
    for (let step = 0; step < 4; step += 1) await erasePersonRows(id, { rowsPerCall: 2 })
    expect(await readErasures(project.id)).toMatchObject([{ id, isFinished: false, jws: null }])
    const receipt = await erasePerson(project, { userId: ann.userId }, options)
    expect(receipt).toMatchObject({ id, rows: LIVED })
    expect(await findTraces(store, toNeedles(project, ann).slice(0, 3))).toEqual([])
    const [erasure] = await readErasures(project.id)
    expect(erasure).toMatchObject({ id, isFinished: true, requestedBy: 'member 1', jws: receipt.jws })
  })

  test('ends by itself when nobody asks again', async () => {
    const project = await open()
    await live(project, ann, AT)
    const actorIds = toNamedActors(project, { userId: ann.userId })
    await beginErasure(project.id, { actorIds, subject: 'someone', requestedBy: 'key' })
    expect(await completeErasures()).toBe(1)
    expect(await completeErasures()).toBe(0)
    expect(await readErasures(project.id)).toMatchObject([{ isFinished: true, rows: LIVED }])
  })

  test('stops at the deadline and goes on with the next call', async () => {
    const project = await open()
    await live(project, ann, AT)
    const signal = AbortSignal.abort(new Error('deadline'))
    await expect(erasePerson(project, { userId: ann.userId }, { ...options, signal })).rejects.toThrow('deadline')
    expect(await erasePerson(project, { userId: ann.userId }, options)).toMatchObject({ rows: LIVED })
  })

  test('asked for twice at once happens once, with one receipt', async () => {
    const project = await open()
    await live(project, ann, AT)
    const receipts = await Promise.all([1, 2, 3].map(() => erasePerson(project, { userId: ann.userId }, options)))
    const rows = receipts.map((receipt) => receipt.rows.user_events)
    expect(rows.reduce((sum = 0, count = 0) => sum + count, 0)).toBeGreaterThanOrEqual(LIVED.user_events)
    expect(Math.max(...rows.map((count = 0) => count))).toBe(LIVED.user_events)
    expect(await findCountErrors(store, project)).toEqual([])
  })

  test('leaves nothing behind of batches that are stored meanwhile', async () => {
    const project = await open()
    const send = () => appendEvents(project.id, [toEvent(project, 'ann-phone', AT), toEvent(project, 'bob-phone', AT)])
    const before = Array.from({ length: 10 }, send)
    const erased = erasePerson(project, { anonymousId: 'ann-phone' }, options)
    await Promise.all([...before, erased, ...Array.from({ length: 10 }, send)])
    expect(await findTraces(store, toNeedles(project, { userId: 'ann-phone', anonymousIds: [] }))).toEqual([])
    expect(await countRows(store, 'user_events', `project_id = ${project.id}`)).toBe(20)
    expect(await findCountErrors(store, project)).toEqual([])
  })

  test('brings in what waits outside the store before it looks', async () => {
    const project = await open()
    const emptySpill = async () => void (await live(project, ann, AT))
    expect(await erasePerson(project, { userId: ann.userId }, { ...options, emptySpill })).toMatchObject({
      rows: LIVED,
    })
  })

  test('of somebody unknown is a receipt of nothing, and a burial', async () => {
    const project = await open()
    const receipt = await erasePerson(project, { userId: 'nobody' }, options)
    expect(receipt.actorCount).toBe(1)
    expect(Object.values(receipt.rows).every((count) => count === 0)).toBe(true)
    expect(Object.keys(receipt.rows).sort()).toEqual(Object.keys(LIVED).sort())
    expect(await appendEvents(project.id, [toEvent(project, 'nobody', AT)])).toEqual({ ok: true, duplicates: [0] })
  })

  test('gives a receipt that proves itself and names nobody', async () => {
    const project = await open()
    await live(project, ann, AT)
    const { jws, ...receipt } = await erasePerson(project, { userId: ann.userId }, options)
    expect(await verifyReceipt(project, { jws, person: { userId: ann.userId } })).toEqual({
      isValid: true,
      receipt,
      isSubject: true,
    })
    const said = Buffer.from(jws.split('.')[1] as string, 'base64url').toString()
    for (const needle of toNeedles(project, ann)) expect(said).not.toContain(needle)
  })

  test('finds a user whose uuid was sent in capitals and in lower case', async () => {
    const project = await open()
    const userId = '0196F6C5-AAAA-7BBB-8CCC-000000000001'
    for (const spelling of [userId, userId.toLowerCase()])
      await live(project, { userId: spelling, anonymousIds: [] }, AT)
    const { rows } = await erasePerson(project, { userId }, options)
    expect(rows).toMatchObject({ user_events: 2, conversions: 2, user_profiles: 1 })
    expect(await findTraces(store, [userId.toLowerCase()])).toEqual([])
  })
})
