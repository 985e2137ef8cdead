import { describe, expect, test } from 'vitest'
import { toNamedFunnels } from '@/lib/insights/models/named-funnels'

describe('toNamedFunnels', () => {
  test('gathers the steps of each funnel, with ratios to its first', () => {
    const rows = [
      { funnel: 'a', step: 'one', people: 4 },
      { funnel: 'a', step: 'two', people: 1 },
      { funnel: 'b', step: 'one', people: 0 },
      { funnel: 'b', step: 'two', people: 0 },
    ]
    expect(toNamedFunnels(rows)).toEqual([
      {
        name: 'a',
        steps: [
          { step: 'one', count: 4, conversionRatio: 1 },
          { step: 'two', count: 1, conversionRatio: 0.25 },
        ],
      },
      {
        name: 'b',
        steps: [
          { step: 'one', count: 0, conversionRatio: null },
          { step: 'two', count: 0, conversionRatio: null },
        ],
      },
    ])
  })
  test('nothing is no funnel', () => expect(toNamedFunnels([])).toEqual([]))
})
