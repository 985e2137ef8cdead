import { describe, expect, test } from 'vitest'
import { toFunnelSteps, toTimeFigures } from '@/lib/insights/models/funnel-steps'

const times = (medianMs: number, averageMs: number, histogram: Record<string, number> = { 1: 1 }) => ({
  medianMs,
  averageMs,
  histogram,
})

describe('toFunnelSteps', () => {
  test('compares each step with the first and with the one before', () => {
    const group = { people: [25, 10, 5], times: { 0: times(9, 9), 2: times(5, 6), 3: times(1, 2) } }
    expect(toFunnelSteps(['a', 'b', 'c'], group)).toMatchObject([
      {
        index: 1,
        event: 'a',
        count: 25,
        conversionRatio: 1,
        stepRatio: 1,
        dropOffCount: 0,
        medianMsFromPrevious: null,
        averageMsFromPrevious: null,
        timeToConvert: null,
      },
      {
        index: 2,
        event: 'b',
        count: 10,
        conversionRatio: 0.4,
        stepRatio: 0.4,
        dropOffCount: 15,
        medianMsFromPrevious: 5,
        averageMsFromPrevious: 6,
      },
      {
        index: 3,
        event: 'c',
        count: 5,
        conversionRatio: 0.2,
        stepRatio: 0.5,
        dropOffCount: 5,
        medianMsFromPrevious: 1,
        averageMsFromPrevious: 2,
      },
    ])
  })

  test('after a step that nobody reached the ratio to it is null and nobody is lost', () => {
    const [, second, third] = toFunnelSteps(['a', 'b', 'c'], { people: [3, 0, 0], times: {} })
    expect(second).toMatchObject({ conversionRatio: 0, stepRatio: 0, dropOffCount: 3, timeToConvert: null })
    expect(third).toMatchObject({ conversionRatio: 0, stepRatio: null, dropOffCount: 0 })
  })

  test('a funnel that nobody entered is zeros and nulls', () => {
    for (const step of toFunnelSteps(['a', 'b'], undefined)) {
      expect(step).toMatchObject({ count: 0, conversionRatio: null, stepRatio: null, dropOffCount: 0 })
    }
  })
})

describe('toTimeFigures', () => {
  test('names buckets by their bounds, the empty ones between included', () => {
    expect(toTimeFigures(times(2, 3, { 1: 4, 3: 1 }))?.histogram).toEqual([
      { fromMs: 0, toMs: 1_000, count: 4 },
      { fromMs: 1_000, toMs: 3_000, count: 0 },
      { fromMs: 3_000, toMs: 10_000, count: 1 },
    ])
  })

  test('the last bucket has no end', () => {
    expect(toTimeFigures(times(2, 3, { 19: 1 }))?.histogram).toEqual([{ fromMs: 7_776_000_000, toMs: null, count: 1 }])
  })

  test('of nobody there are none', () => expect(toTimeFigures(undefined)).toBeNull())
})
