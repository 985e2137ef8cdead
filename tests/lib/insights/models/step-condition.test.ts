import { describe, expect, test } from 'vitest'
import { findUnmet, isConditionMet } from '@/lib/insights/models/step-condition'

type Condition = Parameters<typeof isConditionMet>[0]

describe('isConditionMet', () => {
  // By condition: values that meet it, and values that do not. The store's own decisions are in tests/lib/database/funnel-reports.test.ts.
  test.each<[Condition, unknown[], unknown[]]>([
    ['pro', ['pro'], ['Pro', 1, null, undefined]],
    [5, [5], ['5', 6]],
    [true, [true], ['true', 1]],
    [null, [null], [undefined, '', 0]],
    [{ not: 'pro' }, ['free', 5, null, undefined], ['pro']],
    [{ not: null }, ['x', undefined], [null]],
    [{ gt: 4 }, [5], [4, '5', null, undefined]],
    [{ gte: 5 }, [5], [4]],
    [{ lt: 5 }, [4], [5]],
    [{ lte: 5 }, [5], [6, undefined]],
    [{ in: ['a', 5, null] }, ['a', 5, null], ['5', undefined]],
    [{ contains: 'r' }, ['pro'], ['PRO', 7, undefined]],
    [{ exists: true }, ['', null, 0], [undefined]],
    [{ exists: false }, [undefined], [null]],
  ])('%j', (condition, met, unmet) => {
    for (const value of met) expect([value, isConditionMet(condition, value)]).toEqual([value, true])
    for (const value of unmet) expect([value, isConditionMet(condition, value)]).toEqual([value, false])
  })
})

describe('findUnmet', () => {
  test('names the first condition that fails with what is there instead', () => {
    expect(findUnmet({ a: 1, b: 'x' }, { a: 1, b: 'y' })).toEqual({ key: 'b', expected: 'x', actual: 'y' })
    expect(findUnmet({ b: 'x' }, {})).toEqual({ key: 'b', expected: 'x', actual: null })
    expect(findUnmet({ a: 1 }, { a: 1 })).toBeNull()
  })

  test('an empty column is null, as in the store', () => {
    expect(findUnmet({ $country: null }, {})).toBeNull()
    expect(findUnmet({ $country: { exists: false } }, {})).toBeNull()
    expect(findUnmet({ country: null }, {})).toEqual({ key: 'country', expected: null, actual: null })
  })
})
