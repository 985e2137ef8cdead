import { expect, test } from 'vitest'
import { toActorId } from '../../../lib/collect/actor-id'
import { toNamedActors } from '../../../lib/people/person-actors'

const project = { hashKey: 'a'.repeat(64) }
const hash = (text: string) => toActorId(project.hashKey, text)

test('an id of the application or of a browser is found by the actor that its rows have', () => {
  expect(toNamedActors(project, { userId: 'Ann' })).toEqual([hash('Ann')])
  expect(toNamedActors(project, { anonymousId: 'a-1' })).toEqual([hash('a-1')])
})

test('an actor is itself', () => {
  const actorId = hash('Ann')
  expect(toNamedActors(project, { actorId: actorId.toUpperCase() })).toEqual([actorId])
})

test('a uuid is found in each spelling, the one that is stored first', () => {
  const [lower, mixed] = ['0196f6c5-aaaa-7bbb-8ccc-000000000001', '0196F6c5-aaaa-7bbb-8ccc-000000000001']
  const named = toNamedActors(project, { userId: mixed })
  expect(named).toEqual([hash(lower), hash(lower.toUpperCase()), hash(mixed)])
  expect(toNamedActors(project, { userId: lower })).toEqual(named.slice(0, 2))
})
