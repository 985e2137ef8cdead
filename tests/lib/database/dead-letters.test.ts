import { expect, test } from 'vitest'
import { toActorId } from '../../../lib/collect/actor-id'
import type { EventRow } from '../../../lib/contracts/ingest-rows'
import type { ProjectId } from '../../../lib/core/ids'
import {
  countDeadLetters,
  discardDeadLetters,
  parkDeadLetters,
  readDeadLetters,
  retryDeadLetters,
} from '../../../lib/database/dead-letters'
import { appendEvents } from '../../../lib/database/events'
import { call, countRows, createProject } from '../../sql/store-rows'
import { describeStores } from '../../support/store'
import { PROJECT, toIdentity } from './ingest'

const toRow = (extra: Partial<EventRow> = {}): EventRow => ({ ...toIdentity(), type: 'event', event: 'a', ...extra })
const toRefused = (row: object) => ({ row, reason: 'refused_by_store', code: '23514' })

describeStores('dead letters', (store) => {
  let projects = 0
  const open = async () => (await createProject(store, `letters-${++projects}`)) as ProjectId

  test('keep a row as the store would have taken it, once however often it comes', async () => {
    const project = await open()
    const row = toRow({ event: '', route: '/a', properties: { plan: 'pro' } })
    expect(await parkDeadLetters(project, 'events', [toRefused(row), toRefused(row)])).toBe(2)
    expect(await parkDeadLetters(project, 'events', [toRefused(row)])).toBe(1)
    expect(await readDeadLetters(project, { limit: 10 })).toEqual({
      items: [
        {
          id: expect.stringMatching(/^\d+$/),
          lane: 'events',
          reason: 'refused_by_store',
          code: '23514',
          row: {
            type: 'event',
            id: row.id,
            actor_id: row.actorId,
            timestamp: row.timestamp,
            event: '',
            route: '/a',
            properties: { plan: 'pro' },
          },
          createdAtMs: expect.any(Number),
          attempts: 0,
        },
      ],
      total: 1,
    })
  })

  test('lose no neighbour of a row that even they refuse', async () => {
    const project = await open()
    const rows = [toRow(), toRow({ route: 'nul\0' }), toRow(), toRow({ id: 'no uuid' }), toRow()]
    expect(await parkDeadLetters(project, 'events', rows.map(toRefused))).toBe(3)
    const { items } = await readDeadLetters(project, { limit: 10 })
    expect(items.map(({ row }) => row.id).sort()).toEqual([0, 2, 4].map((index) => rows[index]?.id).sort())
    expect(await parkDeadLetters(project, 'events', [])).toBe(0)
  })

  test('keep nothing of a person who was erased, but what came later', async () => {
    const project = await open()
    const [before, after] = [toRow({ timestamp: 1_000 }), toRow({ timestamp: 2_000 })]
    const link = toRow({
      type: 'identify',
      actorId: toActorId('key', 'other'),
      linkedActorId: before.actorId,
      timestamp: 1_000,
    })
    const tombstone = { p_project_id: project, p_actor_ids: [before.actorId], p_erased_at: 1_500 }
    await call(store, 'bury_actors', tombstone)
    await parkDeadLetters(project, 'events', [before, link, after].map(toRefused))
    expect((await readDeadLetters(project, { limit: 10 })).items.map(({ row }) => row.id)).toEqual([after.id])
  })

  test('are paged, the latest first', async () => {
    const project = await open()
    const rows = Array.from({ length: 5 }, () => toRow())
    for (const row of rows) await parkDeadLetters(project, 'events', [toRefused(row)])
    const first = await readDeadLetters(project, { limit: 3 })
    const second = await readDeadLetters(project, { limit: 3, before: first.items.at(-1)?.id })
    const ids = [...first.items, ...second.items].map(({ row }) => row.id)
    expect(ids).toEqual(rows.map(({ id }) => id).reverse())
    expect([first.total, second.total, second.items.length]).toEqual([5, 5, 2])
  })

  test('are stored by a retry as if just sent, except those that are refused again', async () => {
    const project = await open()
    const [good, known, bad] = [toRow(), toRow(), toRow({ event: '' })]
    await appendEvents(project, [known])
    await parkDeadLetters(project, 'events', [good, known, bad].map(toRefused))
    await parkDeadLetters(project, 'vitals', [toRefused({ ...toIdentity(), seq: 0, lcp: 12 })])
    expect(await retryDeadLetters(project, null)).toEqual({ stored: 3, refused: 1, left: 1 })
    expect(await countRows(store, 'user_events', `project_id = ${project}`)).toBe(2)
    expect(await countRows(store, 'performance_metrics', `project_id = ${project}`)).toBe(1)
    expect((await readDeadLetters(project, { limit: 10 })).items).toMatchObject([
      { row: { id: bad.id }, attempts: 1, reason: 'refused_by_store', code: '23514' },
    ])
    expect(await retryDeadLetters(project, null)).toEqual({ stored: 0, refused: 1, left: 1 })
  })

  test('are tried each once in a round, however many there are', async () => {
    const project = await open()
    const bad = Array.from({ length: 205 }, () => toRow({ event: '' }))
    await parkDeadLetters(project, 'events', bad.map(toRefused))
    expect(await retryDeadLetters(project, null)).toEqual({ stored: 0, refused: 205, left: 205 })
    expect(await countRows(store, 'dead_letters', `project_id = ${project} and attempts <> 1`)).toBe(0)
  })

  test('wait for the next round when the time is up', async () => {
    const project = await open()
    await parkDeadLetters(project, 'events', [toRefused(toRow())])
    expect(await retryDeadLetters(project, null, { budgetMs: 0 })).toEqual({ stored: 0, refused: 0, left: 1 })
  })

  test('are retried and discarded by name, within their own project', async () => {
    const [project, other] = [await open(), await open()]
    for (const each of [project, other]) await parkDeadLetters(each, 'events', [toRow(), toRow()].map(toRefused))
    const ids = (await readDeadLetters(project, { limit: 10 })).items.map(({ id }) => id)
    expect(await retryDeadLetters(other, ids)).toEqual({ stored: 0, refused: 0, left: 2 })
    expect(await discardDeadLetters(other, ids)).toBe(0)
    expect(await retryDeadLetters(project, ids.slice(0, 1))).toEqual({ stored: 1, refused: 0, left: 1 })
    expect(await discardDeadLetters(project, ids)).toBe(1)
    expect([await countDeadLetters(project), await countDeadLetters(other)]).toEqual([0, 2])
  })

  test('of an unknown project are none', async () => {
    expect(await readDeadLetters(PROJECT, { limit: 10 })).toEqual({ items: [], total: 0 })
  })
})
