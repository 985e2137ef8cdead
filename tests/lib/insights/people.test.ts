import { describe, expect, test } from 'vitest'
import { personList, personListQuery, personSearch } from '@/lib/contracts/person-list'
import { timeline, timelineQuery } from '@/lib/contracts/timeline'
import { findPeople, readPersonList, readTimeline } from '@/lib/insights/people'
import { LATER, prepareVisits, RANGE } from './visits'

describe('people', () => {
  const project = prepareVisits()
  const list = (more: object) => readPersonList(project, personListQuery.parse({ ...RANGE, ...more }), LATER)
  const find = (search: string) => findPeople(project, personSearch.parse({ search }))
  const tell = (personId: string, more: object = {}) =>
    readTimeline(project, personId, timelineQuery.parse(more), () => LATER)

  test('are listed page by page, and found by what is known of them', async () => {
    const first = await list({ limit: 1 })
    expect(personList.parse(first)).toEqual(first)
    const second = await list({ limit: 1, after: first.next })
    expect(second.items.map(({ externalId }) => externalId)).toEqual(['customer-7'])
    expect((await find('ada')).items).toHaveLength(1)
    expect((await find('nobody')).items).toEqual([])
  })

  test('have a timeline, page by page, as the contract says', async () => {
    const personId = (await find('customer-7')).items[0]?.personId ?? ''
    const first = await tell(personId, { limit: 4 })
    expect(timeline.parse(first)).toEqual(first)
    expect(first.person).toMatchObject({ personId, externalId: 'customer-7', actors: 2 })
    const second = await tell(personId, { limit: 4, before: first.next })
    expect([first.items.length, second.items.length, second.next]).toEqual([4, 2, null])
  })

  test('whom nobody knows have done nothing', async () => {
    expect(await tell('12345')).toMatchObject({ person: { externalId: null, actors: 0 }, items: [], next: null })
  })
})
