import { expect, test } from 'vitest'
import {
  createDraft,
  createGroup,
  createLeaf,
  isComplete,
  toDefinition,
  toDraft,
} from '@/components/segments/segment-draft'
import type { SegmentDefinition } from '@/lib/contracts/segment'

const definition: SegmentDefinition = {
  match: 'any',
  conditions: [
    { kind: 'trait', key: 'plan', is: { not: 'pro' } },
    { kind: 'did', event: { event: 'order_placed', where: { total: { gte: 20 }, $device: 'mobile' } } },
    { kind: 'did', event: { event: '*' }, count: { lte: 0 }, within: '7d', not: true },
    {
      kind: 'group',
      match: 'all',
      conditions: [
        { kind: 'property', key: '$country', is: { in: ['DE', 'AT'] }, within: '30d', not: true },
        { kind: 'did', event: { event: 'search' }, count: { eq: 3 } },
      ],
    },
  ],
}

test('a definition stays what it is through the editor', () => {
  expect(toDefinition(toDraft(definition))).toEqual(definition)
})

test('a new draft means nothing until its event is named', () => {
  const draft = createDraft()
  expect(toDefinition(draft)).toBeNull()
  const [row] = draft.rows
  expect(toDefinition({ ...draft, rows: [{ ...createLeaf(), ...row, event: 'bought' } as never] })).toEqual({
    match: 'all',
    conditions: [{ kind: 'did', event: { event: 'bought' }, within: '30d' }],
  })
})

test('a part that is not finished keeps the whole from being asked', () => {
  const did = { ...createLeaf(), event: 'bought' }
  expect(isComplete(did)).toBe(true)
  const unfinished = [
    { ...did, within: '30 days' },
    { ...did, count: { op: 'gte', n: '' } as const },
    { ...did, count: { op: 'gte', n: '1.5' } as const },
    { ...did, where: [{ key: 'a', op: 'eq', value: '' } as const] },
    { ...did, where: [{ key: '', op: 'eq', value: 'b' } as const] },
    createLeaf('trait'),
    { ...createLeaf('property'), condition: { key: 'plan', op: 'eq', value: '' } as const },
  ]
  for (const row of unfinished) {
    expect(isComplete(row)).toBe(false)
    expect(toDefinition({ match: 'all', rows: [did, row] })).toBeNull()
    expect(toDefinition({ match: 'all', rows: [did, { ...createGroup(), leaves: [row] }] })).toBeNull()
  }
  expect(toDefinition({ match: 'all', rows: [] })).toBeNull()
})
