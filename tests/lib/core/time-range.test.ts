import { describe, expect, it } from 'vitest'
import { DAY_MS, parseDurationMs, parseInstantMs, toBucket, toPreviousRange, toTimeRange } from '@/lib/core/time-range'

const NOW = Date.parse('2026-03-29T12:00:00Z')

describe('toTimeRange', () => {
  it('is so many times 24 hours long and holds the present millisecond', () => {
    const { fromMs, toMs } = toTimeRange('7d', NOW)
    expect(toMs - fromMs).toBe(7 * DAY_MS)
    expect(fromMs <= NOW && NOW < toMs).toBe(true)
  })

  it('is preceded without gap or overlap by a range of the same length', () => {
    const range = toTimeRange('24h', NOW)
    const previous = toPreviousRange(range)
    expect(previous.toMs).toBe(range.fromMs)
    expect(previous.toMs - previous.fromMs).toBe(range.toMs - range.fromMs)
  })
})

describe('toBucket', () => {
  it('is hours up to two days, days beyond', () => {
    expect(toBucket({ fromMs: 0, toMs: 2 * DAY_MS })).toBe('hour')
    expect(toBucket({ fromMs: 0, toMs: 2 * DAY_MS + 1 })).toBe('day')
  })
})

describe('parseDurationMs', () => {
  it.each([
    ['30s', 30_000],
    ['1.5h', 5_400_000],
    ['14d', 14 * DAY_MS],
    ['2w', 14 * DAY_MS],
    ['0d', 0],
    ['-1d', -DAY_MS],
    ['', null],
    ['14', null],
    ['14 days', null],
    ['d', null],
    ['1y', null],
  ])('%j is %j', (text, expected) => {
    expect(parseDurationMs(text)).toBe(expected)
  })
})

describe('parseInstantMs', () => {
  it.each([
    ['2026-05-01T00:00:00Z', Date.UTC(2026, 4, 1)],
    ['2026-05-01T02:00:00+02:00', Date.UTC(2026, 4, 1)],
    ['2026-05-01T00:00:00.250Z', Date.UTC(2026, 4, 1) + 250],
    [1_763_700_000_000, 1_763_700_000_000],
    ['1763700000000', 1_763_700_000_000],
    ['2026-05-01T00:00:00', null],
    ['2026-05-01', null],
    ['2026-13-01T00:00:00Z', null],
    [1.5, null],
    ['soon', null],
  ])('%j is %j', (value, expected) => {
    expect(parseInstantMs(value)).toBe(expected)
  })
})
