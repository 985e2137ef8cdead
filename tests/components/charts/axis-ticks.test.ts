import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toAxisTicks, toAxisWidth, toNamedTicks, toTickText } from '@/components/charts/axis-ticks'

describe('axis ticks', () => {
  it('start at 0, hold the largest value, and are few and even', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), fc.boolean(), (max, isCount) => {
        const ticks = toAxisTicks(max, isCount)
        expect(ticks[0]).toBe(0)
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(max * (1 - 1e-6))
        expect(ticks.length).toBeGreaterThanOrEqual(2)
        expect(ticks.length).toBeLessThanOrEqual(6)
        if (isCount) for (const tick of ticks) expect(Number.isInteger(tick)).toBe(true)
      }),
    )
  })

  it('are numbers a person counts in', () => {
    expect(toAxisTicks(1_066, true)).toEqual([0, 250, 500, 750, 1_000, 1_250])
    expect(toAxisTicks(0.25, false)).toEqual([0, 0.05, 0.1, 0.15, 0.2, 0.25])
    expect(toAxisTicks(3, true)).toEqual([0, 1, 2, 3])
  })

  it('of an empty chart have one interval', () => {
    expect(toAxisTicks(0, true)).toEqual([0, 1])
  })
})

describe('an axis', () => {
  it('is as wide as its longest label needs', () => {
    expect(toAxisWidth(['0', '1,000'])).toBe(52)
    expect(toAxisWidth([])).toBeGreaterThan(0)
  })

  it('names few buckets, evenly, and always the last', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 800 }), (count) => {
        const named = toNamedTicks(Array.from({ length: count }, (_, index) => index))
        expect(named.at(-1)).toBe(count - 1)
        expect(named.length).toBeLessThanOrEqual(10)
        expect(new Set(named.slice(1).map((tick, place) => tick - (named[place] ?? 0))).size).toBeLessThanOrEqual(1)
      }),
    )
    expect(toNamedTicks([])).toEqual([])
  })
})

describe('tick text', () => {
  it('drops zeros that say nothing, and no others', () => {
    expect(toTickText('1.50 s')).toBe('1.5 s')
    expect(toTickText('2.00 s')).toBe('2 s')
    expect(toTickText('0.10')).toBe('0.1')
    expect(toTickText('0.050')).toBe('0.05')
    expect(toTickText('200 ms')).toBe('200 ms')
    expect(toTickText('1,000')).toBe('1,000')
    expect(toTickText('12.3K')).toBe('12.3K')
  })
})
