import { describe, expect, it } from 'vitest'
import { toBucketCoverage } from '@/components/format/bucket-coverage'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@/lib/core/time-range'

const MIDNIGHT_MS = Date.parse('2026-11-20T00:00:00Z')

describe('bucket coverage', () => {
  it('of a range that starts and ends inside a bucket is partial at both ends and whole between', () => {
    const startsMs = [0, 1, 2].map((day) => MIDNIGHT_MS + day * DAY_MS)
    const range = { fromMs: MIDNIGHT_MS + HOUR_MS, toMs: MIDNIGHT_MS + 2 * DAY_MS + 5 * HOUR_MS }
    expect(toBucketCoverage(startsMs, 'day', range)).toEqual(['partial', 'whole', 'partial'])
  })

  it('of hours on their boundaries is whole throughout', () => {
    const startsMs = [0, 1, 2].map((hour) => MIDNIGHT_MS + hour * HOUR_MS)
    const range = { fromMs: MIDNIGHT_MS, toMs: MIDNIGHT_MS + 3 * HOUR_MS }
    expect(toBucketCoverage(startsMs, 'hour', range)).toEqual(['whole', 'whole', 'whole'])
  })

  it('of the minute that is still running is partial', () => {
    const startsMs = [0, 1].map((minute) => MIDNIGHT_MS + minute * MINUTE_MS)
    const range = { fromMs: MIDNIGHT_MS, toMs: MIDNIGHT_MS + 1.5 * MINUTE_MS }
    expect(toBucketCoverage(startsMs, 'minute', range)).toEqual(['whole', 'partial'])
  })

  it('of no bucket is empty', () => {
    expect(toBucketCoverage([], 'day', { fromMs: 0, toMs: DAY_MS })).toEqual([])
  })
})
