import { describe, expect, test } from 'vitest'
import { toFunnelSteps } from '@/lib/insights/models/funnel-steps'

const row = (people: number, median_ms: number | null = null, average_ms: number | null = null) => ({
  people,
  median_ms,
  average_ms,
})

describe('toFunnelSteps', () => {
  test('compares each step with the first and with the one before', () => {
    expect(toFunnelSteps(['a', 'b', 'c'], [row(25), row(10, 5, 6), row(5, 1, 2)])).toEqual([
      {
        index: 1,
        event: 'a',
        count: 25,
        conversionRatio: 1,
        stepRatio: 1,
        dropOffCount: 0,
        medianMsFromPrevious: null,
        averageMsFromPrevious: null,
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
    const [, second, third] = toFunnelSteps(['a', 'b', 'c'], [row(3), row(0), row(0)])
    expect(second).toMatchObject({ conversionRatio: 0, stepRatio: 0, dropOffCount: 3 })
    expect(third).toMatchObject({ conversionRatio: 0, stepRatio: null, dropOffCount: 0 })
  })

  test('an empty funnel is zeros and nulls', () => {
    for (const step of toFunnelSteps(['a', 'b'], [row(0), row(0)])) {
      expect(step).toMatchObject({ count: 0, conversionRatio: null, stepRatio: null, dropOffCount: 0 })
    }
  })
})
