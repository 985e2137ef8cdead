import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatCost,
  formatCount,
  formatDuration,
  formatExactCount,
  formatRatio,
  formatScore,
  formatVital,
  NO_VALUE,
} from '@/components/format/format-number'

const FORMATS = [formatCost, formatCount, formatDuration, formatExactCount, formatRatio, formatScore]

describe('a figure', () => {
  it('that was not measured is a dash, never 0', () => {
    for (const format of FORMATS) expect(format(null)).toBe(NO_VALUE)
    expect(formatVital('cls', null)).toBe(NO_VALUE)
  })

  it('of zero is a zero, never a dash', () => {
    expect(formatCount(0)).toBe('0')
    expect(formatDuration(0)).toBe('0 ms')
    expect(formatScore(0)).toBe('0')
    expect(formatRatio(0)).toBe('0%')
    expect(formatCost(0)).toBe('$0.00')
  })

  it('never reads NaN, Infinity or undefined', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e15, noNaN: true }), (value) => {
        for (const format of FORMATS) expect(format(value)).not.toMatch(/NaN|∞|Infinity|undefined/)
      }),
    )
  })
})

describe('counts', () => {
  it('keep all digits below ten thousand and three significant ones above', () => {
    expect(formatCount(9_999)).toBe('9,999')
    expect(formatCount(10_000)).toBe('10K')
    expect(formatCount(12_345)).toBe('12.3K')
    expect(formatCount(9_120_345)).toBe('9.12M')
    expect(formatExactCount(9_120_345)).toBe('9,120,345')
  })
})

describe('ratios', () => {
  it('are percents with at most one decimal', () => {
    expect(formatRatio(0.25)).toBe('25%')
    expect(formatRatio(0.1234)).toBe('12.3%')
    expect(formatRatio(1)).toBe('100%')
  })

  it('do not round something to nothing, nor nearly all to all', () => {
    expect(formatRatio(0.0004)).toBe('<0.1%')
    expect(formatRatio(0.9996)).toBe('>99.9%')
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (ratio) => {
        expect(formatRatio(ratio)).not.toBe('0%')
        expect(formatRatio(ratio)).not.toBe('100%')
      }),
    )
  })
})

describe('durations', () => {
  it.each([
    [0.42, '0.42 ms'],
    [0.996, '1 ms'],
    [7.34, '7.3 ms'],
    [9.96, '10 ms'],
    [184.2, '184 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [2_413, '2.41 s'],
    [9_996, '10.0 s'],
    [59_960, '1 min'],
    [84_000, '1 min 24 s'],
    [3_599_700, '1 h'],
    [12_600_000, '3.5 h'],
  ])('of %d ms read %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text)
  })
})

describe('vitals', () => {
  it('show CLS as a score whose small values stay apart, and the others as durations', () => {
    expect(formatVital('cls', 0.0421)).toBe('0.042')
    expect(formatVital('cls', 0.0999)).toBe('0.10')
    expect(formatVital('cls', 0.253)).toBe('0.25')
    expect(formatVital('cls', 0.0001)).toBe('<0.001')
    expect(formatVital('lcp', 2_500)).toBe('2.50 s')
  })
})

describe('costs', () => {
  it('show cents from ten cents on, two significant digits below, and never a cost as nothing', () => {
    expect(formatCost(31.4)).toBe('$31.40')
    expect(formatCost(0.0123)).toBe('$0.012')
    expect(formatCost(0.00001)).toBe('<$0.0001')
    expect(formatCost(1_234.5)).toBe('$1,234.50')
    expect(formatCost(123_456)).toBe('$123K')
  })
})
