import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toLabelTiers, toLinePath, toNearestIndex, toPercent, toX, toY } from '@/components/charts/plot-geometry'

const counts = fc.integer({ min: 1, max: 400 })

describe('a bucket', () => {
  it('is found again where it stands, whether it has a band or is a point', () => {
    fc.assert(
      fc.property(counts, fc.nat(), fc.boolean(), (count, seed, isBanded) => {
        const index = seed % count
        expect(toNearestIndex(toX(index, count, isBanded), count, isBanded)).toBe(index)
      }),
    )
  })

  it('is the first or the last beyond the edges', () => {
    expect(toNearestIndex(-0.5, 10, true)).toBe(0)
    expect(toNearestIndex(1, 10, true)).toBe(9)
    expect(toNearestIndex(3, 10, false)).toBe(9)
  })

  it('stands in the middle when it is alone', () => {
    expect(toX(0, 1, true)).toBe(0.5)
    expect(toX(0, 1, false)).toBe(0.5)
  })
})

describe('a value', () => {
  it('stands between the ends of its axis, the highest at the top', () => {
    expect(toY(10, [0, 10])).toBe(0)
    expect(toY(0, [-5, 5])).toBe(0.5)
    expect(toPercent(toY(1, [0, 3]))).toBe('66.667%')
  })
})

describe('a line', () => {
  it('breaks where nothing was measured', () => {
    expect(toLinePath([0, 10, null, 5, null], [0, 10], false)).toBe('M0 1000L250 0M750 500')
    expect(toLinePath([], [0, 1], true)).toBe('')
  })
})

describe('the names under a plot', () => {
  it('end with the last bucket, are evenly apart, and are as few as there is room for', () => {
    fc.assert(
      fc.property(counts, (count) => {
        const tiers = toLabelTiers(count)
        expect(tiers.get(count - 1)).toBe(0)
        for (const [tier, most] of [
          [0, 4],
          [1, 6],
          [2, 9],
        ] as const) {
          const shown = [...tiers].filter(([, each]) => each <= tier).map(([index]) => index)
          expect(shown.length).toBeGreaterThan(0)
          expect(shown.length).toBeLessThanOrEqual(most)
          expect(new Set(shown.slice(1).map((index, place) => (shown[place] ?? 0) - index)).size).toBeLessThanOrEqual(1)
        }
      }),
    )
  })

  it('are all there when they are few', () => {
    expect([...toLabelTiers(4).values()]).toEqual([0, 0, 0, 0])
  })

  it('of nothing are none', () => {
    expect(toLabelTiers(0).size).toBe(0)
  })
})
