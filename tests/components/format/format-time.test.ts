import { describe, expect, it } from 'vitest'
import { formatBucket, formatBucketTick, formatDay, formatSpan } from '@/components/format/format-time'
import { DAY_MS } from '@/lib/core/time-range'

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
