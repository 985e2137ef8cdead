import { describe, expect, it } from 'vitest'
import {
  formatAge,
  formatBucket,
  formatBucketTick,
  formatDay,
  formatDays,
  formatMoment,
  formatSpan,
} from '@/components/format/format-time'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@/lib/core/time-range'

const AT_MS = Date.parse('2026-11-20T23:00:00Z')

describe('buckets', () => {
  it('are named in the report’s time zone, whatever the viewer’s is', () => {
    expect(formatBucketTick(AT_MS, 'day', 'Europe/Berlin')).toBe('Nov 21')
    expect(formatBucketTick(AT_MS, 'day', 'America/New_York')).toBe('Nov 20')
    expect(formatBucketTick(AT_MS, 'hour', 'Asia/Kolkata')).toBe('04:30')
  })

  it('say the hours they span', () => {
    expect(formatBucket(AT_MS, 'hour', 'UTC')).toBe('Fri, Nov 20, 23:00–00:00')
    expect(formatBucket(AT_MS, 'day', 'UTC')).toBe('Fri, Nov 20')
    expect(formatBucket(AT_MS + 5 * MINUTE_MS, 'minute', 'UTC')).toBe('Fri, Nov 20, 23:05')
  })

  it('name midnight 00:00, not 24:00', () => {
    expect(formatBucketTick(AT_MS, 'hour', 'Europe/Berlin')).toBe('00:00')
  })

  it('name the hour after clocks went forward', () => {
    const springMs = Date.parse('2026-03-29T00:00:00Z')
    expect(formatBucket(springMs, 'hour', 'Europe/Berlin')).toBe('Sun, Mar 29, 01:00–03:00')
  })
})

describe('spans', () => {
  it('show days, with hours only when they are short', () => {
    expect(formatSpan(AT_MS - 7 * DAY_MS, AT_MS, 'UTC')).toBe('Nov 13 – Nov 20')
    expect(formatSpan(AT_MS - DAY_MS, AT_MS, 'UTC')).toBe('Nov 19, 23:00 – Nov 20, 23:00')
  })

  it('show years only when they differ', () => {
    const newYearMs = Date.parse('2026-01-05T12:00:00Z')
    expect(formatSpan(newYearMs - 30 * DAY_MS, newYearMs, 'UTC')).toBe('Dec 6, 2025 – Jan 5, 2026')
  })
})

describe('days', () => {
  it('carry their year', () => {
    expect(formatDay(AT_MS, 'Pacific/Auckland')).toBe('Nov 21, 2026')
  })
})

describe('moments', () => {
  it('carry day, year and time of the given zone', () => {
    expect(formatMoment(AT_MS, 'Europe/Berlin')).toBe('Nov 21, 2026, 00:00')
  })
})

describe('ages', () => {
  it.each([
    [0, 'a moment'],
    [MINUTE_MS - 1, 'a moment'],
    [MINUTE_MS, '1 min'],
    [HOUR_MS - 1, '59 min'],
    [HOUR_MS, '1 h'],
    [DAY_MS - 1, '23 h'],
    [DAY_MS, '1 day'],
    [100 * DAY_MS, '100 days'],
    [-5_000, 'a moment'],
  ])('of %i ms read %s, never more than has passed', (ageMs, text) => {
    expect(formatAge(ageMs)).toBe(text)
  })
})

describe('days of the calendar', () => {
  it('say month and year once where they are the same', () => {
    expect(formatDays('2026-05-01', '2026-05-01')).toBe('May 1, 2026')
    expect(formatDays('2026-05-01', '2026-05-07')).toBe('May 1 – 7, 2026')
    expect(formatDays('2026-04-28', '2026-05-04')).toBe('Apr 28 – May 4, 2026')
    expect(formatDays('2025-12-30', '2026-01-02')).toBe('Dec 30, 2025 – Jan 2, 2026')
  })
})
