import { describe, expect, test } from 'vitest'
import { rankValues } from '@/lib/insights/models/ranked-samples'
import {
  toP75Interval,
  toPerVital,
  toRatedP75,
  toRatingOfClasses,
  toVitalFigures,
} from '@/lib/insights/models/vital-report'

describe('toVitalFigures', () => {
  test('gives classes as shares and rates the p75, its boundary as good', () => {
    const samples = rankValues([1000, 2000, 2500, 5000])
    expect(toVitalFigures('lcp', { count: 4, good: 3, poor: 1 }, samples)).toEqual({
      p50: 2000,
      p75: 2500,
      p90: 5000,
      p95: 5000,
      p99: 5000,
      p75Interval: null,
      count: 4,
      good: 0.75,
      needsImprovement: 0,
      poor: 0.25,
      rating: 'good',
    })
  })

  test('is null throughout without samples, with count 0', () => {
    expect(toVitalFigures('cls', { count: 0, good: 0, poor: 0 }, rankValues([]))).toEqual({
      p50: null,
      p75: null,
      p90: null,
      p95: null,
      p99: null,
      p75Interval: null,
      count: 0,
      good: null,
      needsImprovement: null,
      poor: null,
      rating: null,
    })
  })

  test('a CLS of 0 is a measurement', () => {
    expect(toVitalFigures('cls', { count: 1, good: 1, poor: 0 }, rankValues([0]))).toMatchObject({
      p75: 0,
      good: 1,
      poor: 0,
      rating: 'good',
    })
  })
})

test('toRatingOfClasses judges the 75th percentile by the classes alone', () => {
  expect(toRatingOfClasses({ count: 4, good: 3, poor: 1 })).toBe('good')
  expect(toRatingOfClasses({ count: 4, good: 2, poor: 1 })).toBe('needsImprovement')
  expect(toRatingOfClasses({ count: 4, good: 2, poor: 2 })).toBe('poor')
  expect(toRatingOfClasses({ count: 0, good: 0, poor: 0 })).toBeNull()
})

test('toRatedP75 moves an estimate that crossed a threshold back to it', () => {
  const good = { count: 4, good: 3, poor: 0 }
  expect(toRatedP75('lcp', good, 2512)).toEqual({ p75: 2500, count: 4, rating: 'good' })
  const middling = { count: 4, good: 2, poor: 0 }
  expect(toRatedP75('lcp', middling, 2490).p75).toBeGreaterThan(2500)
  expect(toRatedP75('lcp', middling, 4010).p75).toBe(4000)
  expect(toRatedP75('lcp', middling, 3000).p75).toBe(3000)
})

test('toP75Interval holds p75 and needs 13 samples', () => {
  const ten = Array.from({ length: 20 }, (_, index) => index + 1)
  expect(toP75Interval(rankValues(ten), 15)).toEqual({ low: 11, high: 19 })
  expect(toP75Interval(rankValues(ten.slice(8)), 15)).toBeNull()
})

test('toPerVital makes one entry for each of the five', () => {
  expect(toPerVital((vital) => vital.length)).toEqual({ lcp: 3, inp: 3, cls: 3, fcp: 3, ttfb: 4 })
})
