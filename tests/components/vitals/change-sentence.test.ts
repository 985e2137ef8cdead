import { expect, it } from 'vitest'
import { toSentence } from '@/components/vitals/change-sentence'

const change = {
  metric: 'inp' as const,
  route: '/checkout',
  before: { p75: 110, count: 980, interval: { low: 100, high: 120 } },
  after: { p75: 200, count: 1_204, interval: { low: 190, high: 210 } },
  difference: 90,
  interval: { low: 77, high: 103 },
  verdict: 'worse' as const,
}

it('says what changed, where, by how much, since when, and how sure that is', () => {
  expect(toSentence(change, '3f2c')).toBe(
    'INP on /checkout +90 ms since 3f2c (95% sure: +77 ms to +103 ms; 1,204 samples after, 980 before).',
  )
})

it('speaks of all pages without a page, and says when it cannot be sure', () => {
  const sentence = toSentence({ ...change, metric: 'cls', route: null, difference: -0.05, interval: null }, 'v2')
  expect(sentence).toBe('CLS −0.050 since v2 (too few samples to be sure; 1,204 samples after, 980 before).')
})
