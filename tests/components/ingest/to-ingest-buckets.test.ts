import { describe, expect, it } from 'vitest'
import { toIngestBuckets } from '@/components/ingest/to-ingest-buckets'
import { HOUR_MS, MINUTE_MS } from '@/lib/core/time-range'

const NOON_MS = Date.parse('2026-11-20T12:00:00Z')

/** `minutes` minutes up to `toMs`, each with one accepted row. */
function toHealth(minutes: number, toMs: number) {
  const fromMs = toMs - minutes * MINUTE_MS
  const series = Array.from({ length: minutes }, (_, index) => ({
    minuteMs: fromMs + index * MINUTE_MS,
    received: 2,
    accepted: 1,
    duplicate: 0,
    rejected: 1,
    bot: 0,
    spilled: 0,
  }))
  return { fromMs, toMs, series }
}

describe('the points of the ingestion chart', () => {
  it('are the minutes themselves for an hour, the one that still runs marked as partial', () => {
    const { buckets, counts } = toIngestBuckets(toHealth(60, NOON_MS), 'UTC')
    expect(buckets.bucket).toBe('minute')
    expect(buckets.startsMs).toHaveLength(60)
    expect(buckets.coverage.filter((each) => each === 'partial')).toHaveLength(1)
    expect(buckets.coverage.at(-1)).toBe('partial')
    expect(counts.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(60)
  })

  it('are hours for a day, and lose no count', () => {
    const { buckets, counts } = toIngestBuckets(toHealth(24 * 60, NOON_MS + 20 * MINUTE_MS), 'UTC')
    expect(buckets.bucket).toBe('hour')
    expect(buckets.startsMs).toHaveLength(25)
    expect(buckets.startsMs[0]).toBe(NOON_MS - 24 * HOUR_MS)
    expect([buckets.coverage[0], buckets.coverage[1], buckets.coverage.at(-1)]).toEqual(['partial', 'whole', 'partial'])
    expect(counts.map(({ received }) => received)).toEqual([80, ...Array.from({ length: 23 }, () => 120), 40])
  })

  it('of no minute are none', () => {
    expect(toIngestBuckets({ fromMs: 0, toMs: 0, series: [] }, 'UTC').counts).toEqual([])
  })
})
