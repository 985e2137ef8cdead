import { expect, test } from 'vitest'
import { describeSegment } from '@/components/segments/describe-segment'
import type { SegmentCondition } from '@/lib/contracts/segment'

const bought = { kind: 'did', event: { event: 'bought' } } as const

test.each<[SegmentCondition[], string]>([
  [[bought], 'who did bought'],
  [[{ ...bought, not: true, within: '1d' }], 'who did not do bought in the last day'],
  [[{ ...bought, count: { eq: 0 } }], 'who did not do bought'],
  [[{ ...bought, count: { gte: 2 }, within: '30d' }], 'who did bought at least twice in the last 30 days'],
  [[{ ...bought, count: { lte: 1 }, not: true }], 'who did not do bought at most once'],
  [
    [{ kind: 'did', event: { event: '*', where: { $route: '/a', total: { gte: 3 } } }, count: { eq: 3 } }],
    'who did anything exactly 3 times where $route is /a and total is at least 3',
  ],
  [[{ kind: 'trait', key: 'plan', is: { exists: false } }], 'whose plan is not set'],
  [
    [{ kind: 'property', key: '$country', is: { in: ['DE', 'AT'] }, not: true, within: '2w' }],
    'who were never seen where $country is any of DE, AT in the last 2 weeks',
  ],
  [
    [bought, { kind: 'group', match: 'any', conditions: [bought, { kind: 'trait', key: 'plan', is: 'pro' }] }],
    'who did bought, and (who did bought or whose plan is pro)',
  ],
])('%j reads well', (conditions, text) => expect(describeSegment({ match: 'all', conditions })).toBe(text))

test('parts of which any is enough are joined by or', () => {
  expect(describeSegment({ match: 'any', conditions: [bought, { ...bought, not: true }] })).toBe(
    'who did bought, or who did not do bought',
  )
})
