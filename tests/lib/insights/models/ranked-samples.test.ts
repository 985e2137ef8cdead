import { expect, test } from 'vitest'
import { rankValues, toPercentile, toRank } from '@/lib/insights/models/ranked-samples'
import { toPercentile as toReference } from '../reference/percentile'
import { createRandom } from '../reference/random'

test('rankValues leaves the values as they were and orders by number, not by text', () => {
  const values = [100, 9, 20]
  const samples = rankValues(values)
  expect([1, 2, 3].map(samples.at)).toEqual([9, 20, 100])
  expect(values).toEqual([100, 9, 20])
})

test('toRank is the lowest rank that at least the ratio does not exceed', () => {
  expect([1, 2, 3, 4, 5].map((count) => toRank(count, 0.75))).toEqual([1, 2, 3, 3, 4])
  expect(toRank(4, 0)).toBe(1)
})

test('toPercentile agrees with a nearest-rank reference, ties included', () => {
  const random = createRandom(7)
  for (const size of [1, 2, 3, 4, 7, 100, 101]) {
    const values = Array.from({ length: size }, () => Math.floor(random() * 20))
    for (const ratio of [0.5, 0.75, 0.9, 0.95, 0.99]) {
      expect(toPercentile(rankValues(values), ratio)).toBe(toReference(values, ratio))
    }
  }
  expect(toPercentile(rankValues([]), 0.5)).toBeNull()
})
