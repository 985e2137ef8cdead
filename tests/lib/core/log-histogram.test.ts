import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  computePercentile,
  countValues,
  fromBucket,
  type LogHistogram,
  mergeHistograms,
  toBucket,
} from '@/lib/core/log-histogram'

function toHistogram(values: readonly number[]): LogHistogram {
  return mergeHistograms(values.map((value) => ({ [toBucket(value)]: 1 })))
}

describe('a logarithmic histogram', () => {
  it('stands for every value from a millisecond to a year within 1 %', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 3.2e10, noNaN: true }), (value) => {
        const shown = fromBucket(toBucket(value))
        expect(Math.abs(shown - value) / value).toBeLessThanOrEqual(0.01)
      }),
    )
  })

  it('puts everything below 1, and what is no measurement, into the bucket of 0', () => {
    for (const value of [0, 0.99, -5, Number.NaN, Number.POSITIVE_INFINITY]) expect(toBucket(value)).toBe(0)
    expect(fromBucket(0)).toBe(0)
    expect(toBucket(1)).toBe(1)
  })

  it('gives percentiles within 1 % of the exact nearest rank, however the values are split and merged', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 200 }),
        fc.constantFrom(0, 0.5, 0.95, 0.99, 1),
        fc.nat(),
        (values, ratio, cut) => {
          const at = cut % (values.length + 1)
          const merged = mergeHistograms([toHistogram(values.slice(0, at)), toHistogram(values.slice(at))])
          const exact = [...values].sort((a, b) => a - b)[Math.max(1, Math.ceil(ratio * values.length)) - 1] as number
          expect(countValues(merged)).toBe(values.length)
          expect(Math.abs((computePercentile(merged, ratio) as number) - exact) / exact).toBeLessThanOrEqual(0.01)
        },
      ),
    )
  })

  it('has no percentile when it is empty', () => {
    expect(computePercentile({}, 0.5)).toBeNull()
    expect(countValues(mergeHistograms([]))).toBe(0)
  })
})
