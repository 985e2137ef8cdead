import { describe, expect, test } from 'vitest'
import { segmentDefinition, segmentPeopleRequest, segmentRequest } from '@/lib/contracts/segment'

const did = { kind: 'did', event: { event: 'order_placed' } }
const all = (...conditions: unknown[]) => ({ match: 'all', conditions })
const isFine = (definition: unknown) => segmentDefinition.safeParse(definition).success

describe('a definition', () => {
  test.each([
    all(did),
    all({ ...did, count: { gte: 3 }, within: '30d', not: true }),
    all({ ...did, count: { eq: 0 } }, { ...did, count: { lte: 0 }, within: '0.5h' }),
    all({ kind: 'trait', key: 'plan', is: 'pro' }, { kind: 'trait', key: 'seats', is: { gte: 3 } }),
    all({ kind: 'property', key: '$country', is: { in: ['DE', 'AT'] }, within: '7d' }),
    { match: 'any', conditions: [did, { kind: 'group', match: 'all', conditions: [did, did] }] },
  ])('may be %j', (definition) => {
    // Kept as it was written: the store reads the same grammar.
    expect(segmentDefinition.parse(definition)).toEqual(definition)
  })

  test.each([
    all(),
    { match: 'some', conditions: [did] },
    all({ ...did, count: { gte: 0 } }),
    all({ ...did, count: { gte: 1, lte: 2 } }),
    all({ ...did, within: '0d' }),
    all({ ...did, within: '-3d' }),
    all({ ...did, within: '20y' }),
    all({ ...did, within: '999w' }),
    all({ kind: 'trait', key: '$country', is: 'DE' }),
    all({ kind: 'trait', key: 'plan' }),
    all({ kind: 'property', key: 'plan', is: 'pro', count: { gte: 1 } }),
    all({ kind: 'group', match: 'all', conditions: [{ kind: 'group', match: 'all', conditions: [did] }] }),
    all({ kind: 'group', match: 'all', conditions: [] }),
    all(...Array.from({ length: 11 }, () => ({ kind: 'group', match: 'any', conditions: [did, did] }))),
  ])('may not be %j', (definition) => expect(isFine(definition)).toBe(false))
})

test('a name is one line', () => {
  const parse = (name: string) => segmentRequest.safeParse({ name, definition: all(did) })
  expect(parse('  Buyers ').data?.name).toBe('Buyers')
  for (const name of ['', '  ', 'a\nb', 'a\u0000', 'x'.repeat(201)]) expect(parse(name).success).toBe(false)
})

test('a page of people begins after a person', () => {
  expect(segmentPeopleRequest.parse({})).toEqual({ limit: 100 })
  expect(segmentPeopleRequest.safeParse({ after: '-9012344461650258768', limit: 500 }).success).toBe(true)
  for (const wrong of [{ after: 'x' }, { limit: 0 }, { limit: 501 }]) {
    expect(segmentPeopleRequest.safeParse(wrong).success).toBe(false)
  }
})
