import { expect, test } from 'vitest'
import type { SegmentDefinition } from '@/lib/contracts/segment'
import { readSegmentPeople, readSegmentPreview } from '@/lib/insights/segments'
import { append, createProject, event, NOON, uuid } from '../../sql/store-rows'
import { describeStores } from '../../support/store'

const bought: SegmentDefinition = { match: 'all', conditions: [{ kind: 'did', event: { event: 'bought' } }] }

describeStores('a segment’s people', (store) => {
  test('are counted, with their share of the people of the last 30 days', async () => {
    const project = (await createProject(store, 'shares')) as never
    expect(await readSegmentPreview(project, bought, NOON)).toEqual({
      people: 0,
      recentPeople: 0,
      recentPeopleInSegment: 0,
      recentRatio: null,
    })
    await append(
      store,
      'append_events',
      [1, 2, 3, 4].map((number) => event(number, { actor_id: uuid(number), event: number === 1 ? 'bought' : 'seen' })),
      project,
    )
    expect(await readSegmentPreview(project, bought, NOON)).toEqual({
      people: 1,
      recentPeople: 4,
      recentPeopleInSegment: 1,
      recentRatio: 0.25,
    })
  })

  test('are listed once each, however the pages are cut', async () => {
    const project = (await createProject(store, 'pages')) as never
    const rows = [1, 2, 3, 4, 5].map((number) => event(number, { actor_id: uuid(number), event: 'bought' }))
    await append(store, 'append_events', rows, project)
    const ids: string[] = []
    let after: string | null = null
    do {
      const page: Awaited<ReturnType<typeof readSegmentPeople>> = await readSegmentPeople(project, bought, {
        nowMs: NOON,
        after,
        limit: 2,
      })
      expect(page.total).toBe(5)
      ids.push(...page.people.map(({ personId }) => personId))
      after = page.next
    } while (after !== null)
    expect(new Set(ids).size).toBe(5)
    expect(ids.length).toBe(5)
  })

  test('of no segment, or by a value that the store cannot hold, are refused', async () => {
    await expect(readSegmentPreview(1 as never, uuid(1), NOON)).rejects.toMatchObject({
      code: 'invalid_request',
      issues: [{ path: 'segment' }],
    })
    const nul: SegmentDefinition = { match: 'all', conditions: [{ kind: 'trait', key: 'a', is: 'x\u0000' }] }
    await expect(readSegmentPreview(1 as never, nul, NOON)).rejects.toMatchObject({ code: 'invalid_request' })
  })
})
