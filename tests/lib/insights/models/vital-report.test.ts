import { describe, expect, test } from 'vitest'
import { toPerVital, toVitalFigures } from '@/lib/insights/models/vital-report'

const row = {
  vital: 'lcp' as const,
  p50: 1000,
  p75: 2500,
  p90: 3000,
  p95: 4100,
  p99: 5000,
  count: 3,
  good: 1,
  needs_improvement: 1,
  poor: 1,
}

describe('toVitalFigures', () => {
  test('gives classes as shares and rates the p75, its boundary as good', () => {
    expect(toVitalFigures('lcp', [row])).toEqual({
      p50: 1000,
      p75: 2500,
      p90: 3000,
      p95: 4100,
      p99: 5000,
      count: 3,
      good: 0.333333,
      needsImprovement: 0.333333,
      poor: 0.333333,
      rating: 'good',
    })
  })

  test('is null throughout without a row, with count 0', () => {
    expect(toVitalFigures('cls', [row])).toEqual({
      p50: null,
      p75: null,
      p90: null,
      p95: null,
      p99: null,
      count: 0,
      good: null,
      needsImprovement: null,
      poor: null,
      rating: null,
    })
  })

  test('a CLS of 0 is a measurement', () => {
    const zero = { ...row, vital: 'cls' as const, p75: 0, count: 1, good: 1, needs_improvement: 0, poor: 0 }
    expect(toVitalFigures('cls', [zero])).toMatchObject({ p75: 0, count: 1, good: 1, poor: 0, rating: 'good' })
  })
})

test('toPerVital makes one entry for each of the five', () => {
  expect(toPerVital((vital) => vital.length)).toEqual({ lcp: 3, inp: 3, cls: 3, fcp: 3, ttfb: 4 })
})
