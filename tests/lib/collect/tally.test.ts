import { describe, expect, test } from 'vitest'
import { type CountedBatch, tallyBatch } from '../../../lib/collect/tally'
import { NOW_MS } from './request'

const tally = (batch: Partial<CountedBatch>) =>
  tallyBatch({
    received: 0,
    rejected: [],
    rows: [],
    fates: [],
    cutCount: 0,
    droppedByClient: 0,
    nowMs: NOW_MS,
    ...batch,
  })
const row = (agoMs = 0, botReasons: string[] | null = null) => ({ timestamp: NOW_MS - agoMs, botReasons })

describe('the figures of a batch', () => {
  test('account for every item once, by what became of it', () => {
    const { counts } = tally({
      received: 7,
      rejected: [{ reason: 'too_old' }, { reason: 'too_old' }, { reason: 'refused_by_store' }],
      rows: [row(), row(), row(), row(), row()],
      fates: ['accepted', 'accepted', 'duplicate', 'spilled', 'parked'],
      cutCount: 3,
      droppedByClient: 4,
    })
    expect(counts).toEqual({
      received: 7,
      accepted: 3,
      duplicate: 1,
      spilled: 1,
      parked: 1,
      'rejected.too_old': 2,
      'rejected.refused_by_store': 1,
      truncated: 3,
      dropped_by_client: 4,
    })
  })

  test('count a bot once, and by each of its reasons, unless it was there before', () => {
    const rows = [row(0, ['headless', 'missing_headers']), row(0, ['headless']), row()]
    expect(tally({ received: 3, rows, fates: ['accepted', 'duplicate', 'accepted'] }).counts).toEqual({
      received: 3,
      accepted: 2,
      duplicate: 1,
      bot: 1,
      'bot.headless': 1,
      'bot.missing_headers': 1,
    })
  })

  test('measure the lag of rows committed now alone, and of no import', () => {
    const rows = [row(1_200), row(-30_000), row(50), row(60), row(8 * 86_400_000)]
    const fates = ['accepted', 'accepted', 'duplicate', 'spilled', 'accepted'] as const
    expect(tally({ received: 5, rows, fates }).lagsMs).toEqual([1_200, 0])
  })

  test('are nothing for nothing', () => {
    expect(tally({})).toEqual({ counts: {}, lagsMs: [] })
  })
})
