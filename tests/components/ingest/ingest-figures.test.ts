import { describe, expect, it } from 'vitest'
import { ARRIVAL_FIGURES, hasArrivals, toReasonCounts } from '@/components/ingest/ingest-figures'

const totals = {
  received: 12,
  accepted: 6,
  duplicate: 3,
  'rejected.too_old': 2,
  'rejected.invalid_id': 1,
  bot: 2,
  'bot.headless': 2,
  'bot.user_agent': 1,
  'refused.unknown_key': 4,
}
const figure = (label: string) => ARRIVAL_FIGURES.find((each) => each.label === label)?.count(totals)

describe('the figures of what arrived', () => {
  it('add up: accepted, duplicates and rejected are what was received', () => {
    expect(figure('Accepted')).toBe(6)
    expect((figure('Accepted') ?? 0) + (figure('Duplicates') ?? 0) + (figure('Rejected') ?? 0)).toBe(figure('Received'))
  })

  it('count a row once as a bot’s, however many reasons it has', () => {
    expect(figure('Marked as bots')).toBe(2)
  })

  it('are 0 where nothing of the kind occurred', () => {
    for (const { count } of ARRIVAL_FIGURES) expect(count({})).toBe(0)
  })

  it('each say how they are counted', () => {
    for (const { label, help } of ARRIVAL_FIGURES) expect([label, help.length > 20]).toEqual([label, true])
  })
})

describe('reasons', () => {
  it('come most frequent first, without those of other kinds', () => {
    expect(toReasonCounts(totals, 'rejected')).toEqual([
      { reason: 'too_old', count: 2 },
      { reason: 'invalid_id', count: 1 },
    ])
    expect(toReasonCounts(totals, 'refused')).toEqual([{ reason: 'unknown_key', count: 4 }])
  })

  it('that never occurred are left out', () => {
    expect(toReasonCounts({ 'bot.headless': 0 }, 'bot')).toEqual([])
  })
})

describe('an hour', () => {
  it('in which every batch was refused is not empty', () => {
    expect(hasArrivals({ totals: { received: 0, 'refused.unknown_key': 1 } })).toBe(true)
    expect(hasArrivals({ totals: { received: 0, accepted: 0 } })).toBe(false)
  })
})
