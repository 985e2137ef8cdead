import { describe, expect, test } from 'vitest'
import {
  formatScalar,
  parseScalar,
  toCondition,
  toConditionDraft,
  toConditions,
} from '@/components/segments/condition-draft'
import type { Condition } from '@/lib/contracts/step'

describe('a value', () => {
  test.each([
    ['pro', 'pro'],
    [' pro ', 'pro'],
    ['3', 3],
    ['-1.5', -1.5],
    ['true', true],
    ['null', null],
    ['"3"', '3'],
    ['007', '007'],
    ['1e3', '1e3'],
  ])('written %j is %j', (text, value) => expect(parseScalar(text, 'plan')).toBe(value))

  test('of a column is always a text', () => {
    expect(parseScalar('3', '$release')).toBe('3')
    expect(formatScalar('3', '$release')).toBe('3')
  })
})

describe('a condition', () => {
  test.each<[string, Condition]>([
    ['plan', 'pro'],
    ['plan', '3'],
    ['plan', 'a, b'],
    ['seats', 3],
    ['isTrial', false],
    ['plan', null],
    ['plan', { not: 'pro' }],
    ['plan', { not: null }],
    ['seats', { gt: 3 }],
    ['seats', { gte: -1 }],
    ['seats', { lt: 0.5 }],
    ['seats', { lte: 0 }],
    ['plan', { in: ['pro', 'a, b', 3, '3', true, null] }],
    ['$country', { in: ['DE', 'AT'] }],
    ['plan', { contains: 'pr' }],
    ['plan', { exists: true }],
    ['plan', { exists: false }],
  ])('on %s stays %j through the editor', (key, is) => {
    expect(toCondition(toConditionDraft(key, is))).toEqual(is)
  })

  test('waits for its value', () => {
    for (const op of ['eq', 'not', 'in', 'contains', 'gt', 'lte'] as const) {
      expect(toCondition({ key: 'a', op, value: ' ' })).toBeUndefined()
    }
    expect(toCondition({ key: 'a', op: 'gt', value: 'many' })).toBeUndefined()
    expect(toCondition({ key: 'a', op: 'in', value: ', ,' })).toBeUndefined()
  })

  test('on null is complete, and says so beside others', () => {
    const isNull = { key: ' plan ', op: 'eq', value: 'null' } as const
    expect(toConditions([isNull, { key: 'seats', op: 'gt', value: '3' }])).toEqual({ plan: null, seats: { gt: 3 } })
    expect(toConditions([isNull, { key: 'seats', op: 'gt', value: '' }])).toBeNull()
    expect(toConditions([{ ...isNull, key: ' ' }])).toBeNull()
    expect(toConditions([])).toEqual({})
  })
})
