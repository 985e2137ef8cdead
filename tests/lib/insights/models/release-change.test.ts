import { describe, expect, test } from 'vitest'
import { rankValues } from '@/lib/insights/models/ranked-samples'
import { orderChanges, toReleaseChange } from '@/lib/insights/models/release-change'
import { createRandom } from '../reference/random'

const range = (from: number, count: number, step = 1) =>
  rankValues(Array.from({ length: count }, (_, index) => from + index * step))

const compare = (before: ReturnType<typeof range>, after: ReturnType<typeof range>) =>
  toReleaseChange('inp', '/checkout', { before, after })

describe('toReleaseChange', () => {
  test('says by how much a release is worse, with the interval of the difference and both samples', () => {
    expect(compare(range(0, 100), range(90, 100))).toEqual({
      metric: 'inp',
      route: '/checkout',
      before: { p75: 74, count: 100, interval: { low: 65, high: 83 } },
      after: { p75: 164, count: 100, interval: { low: 155, high: 173 } },
      difference: 90,
      // sqrt(9² + 9²) on either side
      interval: { low: 77.2721, high: 102.7279 },
      verdict: 'worse',
    })
  })

  test('less is better; no difference is unclear, not equal', () => {
    expect(compare(range(90, 100), range(0, 100))).toMatchObject({ difference: -90, verdict: 'better' })
    expect(compare(range(0, 100), range(0, 100))).toMatchObject({ difference: 0, verdict: 'unclear' })
  })

  test('says when a side has too few samples, and nothing when it has none', () => {
    expect(compare(range(0, 12), range(500, 100))).toMatchObject({ difference: 566, interval: null, verdict: 'tooFew' })
    expect(compare(range(0, 0), range(0, 100))).toBeNull()
  })

  test('finds a change in about one of twenty comparisons where there is none, never more', () => {
    const random = createRandom(20)
    const draw = () => rankValues(Array.from({ length: 60 }, () => -Math.log(1 - random()) * 100))
    let found = 0
    for (let trial = 0; trial < 1_000; trial += 1) {
      const verdict = toReleaseChange('lcp', null, { before: draw(), after: draw() })?.verdict
      if (verdict !== 'unclear') found += 1
    }
    expect(found / 1_000).toBeLessThan(0.05)
  })
})

test('orderChanges puts the worst first, in proportion, and what cannot be told last', () => {
  const change = (verdict: 'worse' | 'better' | 'unclear' | 'tooFew', difference: number, p75 = 100) => ({
    metric: 'lcp' as const,
    route: null,
    before: { p75, count: 50, interval: null },
    after: { p75: p75 + difference, count: 50, interval: null },
    difference,
    interval: null,
    verdict,
  })
  const worst = change('worse', 50)
  const ordered = [
    worst,
    change('worse', 90, 1_000),
    change('better', -20),
    change('unclear', 5),
    change('tooFew', 900),
  ]
  expect(orderChanges(ordered.toReversed())).toEqual(ordered)
})
