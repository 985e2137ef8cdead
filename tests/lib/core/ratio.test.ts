import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toChangeRatio, toRatio } from '@/lib/core/ratio'

describe('toRatio', () => {
  it.each([
    [1, 3, 0.333333],
    [0, 5, 0],
    [5, 5, 1],
    [0, 0, null],
    [3, 0, null],
    [Number.NaN, 2, null],
    [1, Number.POSITIVE_INFINITY, null],
  ])('%d of %d is %j', (part, whole, expected) => {
    expect(toRatio(part, whole)).toBe(expected)
  })

  it('is never NaN and never infinite', () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), (part, whole) => {
        const ratio = toRatio(part, whole)
        expect(ratio === null || Number.isFinite(ratio)).toBe(true)
      }),
    )
  })
})

describe('toChangeRatio', () => {
  it.each([
    [12, 10, 0.2],
    [5, 10, -0.5],
    [0, 10, -1],
    [10, 0, null],
    [null, 10, null],
    [10, null, null],
  ])('from the previous to the current value: %j after %j is %j', (current, previous, expected) => {
    expect(toChangeRatio(current, previous)).toBe(expected)
  })
})
