import { expect, test } from 'vitest'
import { toActorId } from '../../../lib/collect/actor-id'
import type { ActorId, ProjectId } from '../../../lib/core/ids'
import {
  beginErasure,
  erasePersonRows,
  finishErasure,
  readErasures,
  readRunningErasures,
} from '../../../lib/database/erasures'
import { createProject } from '../../sql/store-rows'
import { describeStores } from '../../support/store'

const actorIds = [toActorId('key', 'ann')]
const request = { actorIds, subject: 'a', requestedBy: 'key' }

describeStores('erasures', (store) => {
  let projects = 0
  const open = async () => (await createProject(store, `erasures-${++projects}`)) as ProjectId
  const eraseAll = async (id: string) => {
    while (await erasePersonRows(id));
  }

  test('are one at a time for a subject, however many ask', async () => {
    const project = await open()
    const ids = await Promise.all([1, 2, 3].map(() => beginErasure(project, request)))
    expect(new Set(ids).size).toBe(1)
    expect(await beginErasure(project, { ...request, subject: 'b' })).not.toBe(ids[0])
    expect(await beginErasure(await open(), request)).not.toBe(ids[0])
  })

  test('cannot be finished while rows are left; the first receipt counts, and nobody is named any more', async () => {
    const project = await open()
    const id = await beginErasure(project, request)
    expect(await finishErasure(id, 'early')).toBeNull()
    await eraseAll(id)
    expect(await finishErasure(id, 'first')).toBe('first')
    expect(await finishErasure(id, 'second')).toBe('first')
    expect(await readErasures(project)).toMatchObject([{ id, isFinished: true, actorCount: 1, jws: 'first' }])
    expect(await store.sql('select actor_ids::text as ids from public.erasures where id = $1', [id])).toEqual([
      { ids: '{}' },
    ])
    expect(await beginErasure(project, request)).not.toBe(id)
  })

  test('are listed by project, the latest first, and running ones by the slug of theirs', async () => {
    const [project, other] = [await open(), await open()]
    const first = await beginErasure(project, request)
    const second = await beginErasure(project, { ...request, subject: 'b', requestedBy: 'member 7' })
    await eraseAll(first)
    await finishErasure(first, 'jws')
    expect(await readErasures(project)).toMatchObject([
      { id: second, isFinished: false, requestedBy: 'member 7', finishedAt: null, jws: null },
      { id: first, isFinished: true, requestedBy: 'key', jws: 'jws' },
    ])
    expect(await readErasures(project, first)).toHaveLength(1)
    expect(await readErasures(other, first)).toEqual([])
    const slug = `erasures-${projects - 1}`
    expect((await readRunningErasures()).filter((each) => each.slug === slug)).toEqual([{ id: second, slug }])
  })

  test('of nobody, or in no project, are refused', async () => {
    const nobody = ['00000000-0000-0000-0000-000000000000' as ActorId]
    await expect(beginErasure(await open(), { ...request, actorIds: nobody })).rejects.toMatchObject({
      code: 'internal',
    })
    await expect(beginErasure(9_999 as ProjectId, request)).rejects.toMatchObject({ code: 'internal' })
    await expect(erasePersonRows(crypto.randomUUID())).rejects.toMatchObject({ code: 'internal' })
  })
})
