import { describe, expect, test } from 'vitest'
import { toIntervalRanks } from '@/lib/insights/models/percentile-interval'
import { createRandom } from '../reference/random'

describe('toIntervalRanks', () => {
  test('needs 13 samples for p75, 6 for the median', () => {
    expect(toIntervalRanks(12, 0.75)).toBeNull()
    expect(toIntervalRanks(13, 0.75)).toEqual({ low: 7, high: 13 })
    expect(toIntervalRanks(5, 0.5)).toBeNull()
    expect(toIntervalRanks(6, 0.5)).toEqual({ low: 1, high: 6 })
    expect(toIntervalRanks(0, 0.75)).toBeNull()
  })

  // The binomial sums of Conover, Practical Nonparametric Statistics, table A3: n = 20, p = 0.5 gives ranks 6 and 15.
  test('is the published one for the median of 20', () => {
    expect(toIntervalRanks(20, 0.5)).toEqual({ low: 6, high: 15 })
  })

  test('comes as close as the normal approximation for many samples, and stands a billion', () => {
    for (const count of [10_000, 500_000, 1_000_000_000]) {
      const { low, high } = toIntervalRanks(count, 0.75) ?? { low: 0, high: 0 }
      const half = 1.96 * Math.sqrt(count * 0.75 * 0.25)
      expect(Math.abs(low - (count * 0.75 - half))).toBeLessThan(3)
      expect(Math.abs(high - (count * 0.75 + half))).toBeLessThan(3)
    }
  })

  test('holds the true percentile in at least 95 % of trials, whatever the distribution', () => {
    const random = createRandom(95)
    // Skewed as loading times are, with ties as clocks make them, and even.
    const draws: Readonly<Record<string, { draw: () => number; p75: number }>> = {
      exponential: { draw: () => -Math.log(1 - random()), p75: -Math.log(0.25) },
      stepped: { draw: () => Math.ceil(random() * 8), p75: 6 },
      uniform: { draw: random, p75: 0.75 },
    }
    const trials = 2_000
    for (const [name, { draw, p75 }] of Object.entries(draws)) {
      for (const count of [13, 30, 100, 400]) {
        const ranks = toIntervalRanks(count, 0.75)
        let held = 0
        for (let trial = 0; trial < trials; trial += 1) {
          const sorted = Array.from({ length: count }, draw).sort((a, b) => a - b)
          const low = sorted[(ranks?.low ?? 0) - 1] as number
          const high = sorted[(ranks?.high ?? 0) - 1] as number
          if (low <= p75 && p75 <= high) held += 1
        }
        // Three standard errors of 2,000 trials below 95 %: a fixed seed, so that it holds for ever.
        expect(held / trials, `${name} ${count}`).toBeGreaterThan(0.935)
      }
    }
  })

  test('is no wider than it must be: one rank less on either side holds too little', () => {
    for (const count of [13, 40, 200]) {
      const { low, high } = toIntervalRanks(count, 0.75) ?? { low: 0, high: 0 }
      const chance = (k: number) => {
        let log = 0
        for (let i = 1; i <= k; i += 1) log += Math.log((count - k + i) / i)
        return Math.exp(log + k * Math.log(0.75) + (count - k) * Math.log(0.25))
      }
      const sum = (from: number, to: number) =>
        Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => chance(from + i)).reduce((a, b) => a + b, 0)
      expect(sum(0, low - 1)).toBeLessThanOrEqual(0.025)
      expect(sum(0, low)).toBeGreaterThan(0.025)
      expect(sum(high, count)).toBeLessThanOrEqual(0.025)
      expect(sum(high - 1, count)).toBeGreaterThan(0.025)
    }
  })
})
