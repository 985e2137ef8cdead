import { expect, test } from 'vitest'
import type { SegmentDefinition } from '../../../lib/contracts/segment'
import {
  createSegment,
  deleteSegment,
  readSegment,
  readSegmentCounts,
  readSegmentPeoplePage,
  readSegments,
  readTraitSuggestions,
  updateSegment,
} from '../../../lib/database/segments'
import { append, createProject, event, NOON, uuid } from '../../sql/store-rows'
import { describeStores } from '../../support/store'
import { PROJECT } from './ingest'

const definition: SegmentDefinition = { match: 'all', conditions: [{ kind: 'did', event: { event: 'bought' } }] }
const pros: SegmentDefinition = { match: 'all', conditions: [{ kind: 'trait', key: 'plan', is: 'pro' }] }

describeStores('segments', (store) => {
  test('are kept, changed and deleted under a name that is used once per project', async () => {
    const made = await createSegment(PROJECT, { name: 'buyers', definition })
    expect(made).toMatchObject({ name: 'buyers', definition })
    await expect(createSegment(PROJECT, { name: 'buyers', definition: pros })).rejects.toMatchObject({
      code: 'conflict',
    })
    const other = await createSegment(PROJECT, { name: 'Assistants', definition })
    expect((await readSegments(PROJECT)).map(({ name }) => name)).toEqual(['Assistants', 'buyers'])

    const changed = await updateSegment(PROJECT, made.id, { definition: pros })
    expect(changed).toMatchObject({ id: made.id, name: 'buyers', definition: pros, createdAt: made.createdAt })
    expect(await readSegment(PROJECT, made.id)).toEqual(changed)
    await expect(updateSegment(PROJECT, made.id, { name: 'Assistants' })).rejects.toMatchObject({ code: 'conflict' })

    expect(await deleteSegment(PROJECT, other.id)).toBe(true)
    expect(await deleteSegment(PROJECT, other.id)).toBe(false)
    expect(await readSegment(PROJECT, other.id)).toBeNull()
    expect(await updateSegment(PROJECT, other.id, { name: 'x' })).toBeNull()
  })

  test('of another project do not exist', async () => {
    const otherProject = (await createProject(store, 'other')) as typeof PROJECT
    const { id } = await createSegment(otherProject, { name: 'theirs', definition })
    expect(await readSegment(PROJECT, id)).toBeNull()
    expect(await updateSegment(PROJECT, id, { name: 'ours' })).toBeNull()
    expect(await deleteSegment(PROJECT, id)).toBe(false)
    await expect(readSegmentCounts(PROJECT, id, NOON)).rejects.toMatchObject({ cause: { cause: { code: '22S01' } } })
    expect(await readSegmentCounts(otherProject, id, NOON)).toMatchObject({ people: 0 })
  })

  test('that the store could not ask are not kept', async () => {
    const broken = { match: 'all', conditions: [{ kind: 'did', event: {} }] } as unknown as SegmentDefinition
    await expect(createSegment(PROJECT, { name: 'broken', definition: broken })).rejects.toThrow()
    expect((await readSegments(PROJECT)).map(({ name }) => name)).not.toContain('broken')
  })

  test('are counted and listed by definition or by id, page by page', async () => {
    const project = (await createProject(store, 'counted')) as typeof PROJECT
    const person = (number: number) => ({ actor_id: uuid(number), user_id: uuid(number), external_id: `u${number}` })
    const traits = (number: number, plan: string) => ({ ...person(number), type: 'identify', traits: { plan } })
    await append(
      store,
      'append_events',
      [
        ...[1, 2, 3].flatMap((number) => [
          event(number, { ...person(number), event: 'bought' }),
          event(number + 100, traits(number, number < 3 ? 'pro' : 'free')),
        ]),
        event(4, { actor_id: uuid(4), event: 'seen' }),
        event(5, { ...person(1), event: 'bought', timestamp: NOON - 40 * 86_400_000 }),
      ],
      project,
    )
    const { id } = await createSegment(project, { name: 'pros', definition: pros })
    for (const segment of [id, pros]) {
      expect(await readSegmentCounts(project, segment, NOON)).toEqual({
        people: 2,
        recent_people: 4,
        recent_people_in_segment: 2,
      })
    }
    // Sixty days later the profiles are the same, and nobody was there lately.
    expect(await readSegmentCounts(project, id, NOON + 60 * 86_400_000)).toEqual({
      people: 2,
      recent_people: 0,
      recent_people_in_segment: 0,
    })
    const everybody: SegmentDefinition = { match: 'all', conditions: [{ kind: 'did', event: { event: '*' } }] }
    const first = await readSegmentPeoplePage(project, everybody, { nowMs: NOON, after: null, limit: 3 })
    const rest = await readSegmentPeoplePage(project, everybody, {
      nowMs: NOON,
      after: first.people[2]?.person_id ?? null,
      limit: 3,
    })
    expect([first.total, first.people.length, rest.people.length]).toEqual([4, 3, 1])
    const people = [...first.people, ...rest.people]
    expect(people.map(({ external_id }) => external_id ?? '').sort()).toEqual(['', 'u1', 'u2', 'u3'])
    expect(people.find((each) => each.external_id === null)).toMatchObject({ traits: null, last_activity: null })
    expect(people.find((each) => each.external_id === 'u1')?.traits).toEqual({ plan: 'pro' })
  })

  test('are suggested values that five people share, so that nobody is told of', async () => {
    const project = (await createProject(store, 'suggested')) as typeof PROJECT
    const rows = [1, 2, 3, 4, 5, 6].map((number) =>
      event(number, {
        type: 'identify',
        actor_id: uuid(number),
        user_id: uuid(number),
        traits: { email: `${number}@example.test`, plan: number < 6 ? 'pro' : 'rare', list: [1] },
      }),
    )
    await append(store, 'append_events', rows, project)
    const suggestions = await readTraitSuggestions(project)
    expect(suggestions.sort((one, other) => (one.key < other.key ? -1 : 1))).toEqual([
      { key: 'email', values: [] },
      { key: 'list', values: [] },
      { key: 'plan', values: ['pro'] },
    ])
    expect(await readTraitSuggestions((await createProject(store, 'empty')) as typeof PROJECT)).toEqual([])
  })
})
