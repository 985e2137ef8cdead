import { expect, test } from 'vitest'
import {
  toIngestSeries,
  toIngestTotals,
  toMinuteRange,
  toQueueRows,
} from '../../../../lib/insights/models/ingest-series'

const MINUTE = 60_000
const minute = (number: number, counts: Record<string, number>) => ({ minuteMs: number * MINUTE, counts })
const zeros = { received: 0, accepted: 0, duplicate: 0, rejected: 0, bot: 0, spilled: 0 }

test('the range ends with the minute that has begun, and holds as many minutes as asked for', () => {
  expect(toMinuteRange(1, 5 * MINUTE)).toEqual({ fromMs: 5 * MINUTE, toMs: 6 * MINUTE })
  expect(toMinuteRange(60, 90 * MINUTE - 1)).toEqual({ fromMs: 30 * MINUTE, toMs: 90 * MINUTE })
})

test('totals add up by name; what always has a figure has one without a minute', () => {
  const minutes = [minute(1, { received: 3, 'rejected.too_old': 1 }), minute(2, { received: 4, queue_rows: 9 })]
  const none = toIngestTotals([])
  expect(none).toEqual({
    received: 0,
    accepted: 0,
    duplicate: 0,
    spilled: 0,
    drained: 0,
    parked: 0,
    truncated: 0,
    dropped_by_client: 0,
  })
  expect(toIngestTotals(minutes)).toEqual({ ...none, received: 7, 'rejected.too_old': 1 })
})

test('the series has a point for every minute, and rejections of all reasons in one', () => {
  const counts = { received: 9, accepted: 4, duplicate: 2, 'rejected.too_old': 1, 'rejected.invalid_id': 2, bot: 1 }
  expect(toIngestSeries([minute(2, counts)], { fromMs: MINUTE, toMs: 4 * MINUTE })).toEqual([
    { minuteMs: MINUTE, ...zeros },
    { minuteMs: 2 * MINUTE, received: 9, accepted: 4, duplicate: 2, rejected: 3, bot: 1, spilled: 0 },
    { minuteMs: 3 * MINUTE, ...zeros },
  ])
})

test('the queue is what the latest of two minutes says, and unknown when they are silent', () => {
  const toMs = 10 * MINUTE
  expect(toQueueRows([minute(8, { queue_rows: 7 }), minute(9, { queue_rows: 0 })], toMs)).toBe(0)
  expect(toQueueRows([minute(8, { queue_rows: 7 }), minute(9, { received: 1 })], toMs)).toBe(7)
  expect(toQueueRows([minute(7, { queue_rows: 7 })], toMs)).toBeNull()
  expect(toQueueRows([], toMs)).toBeNull()
})
