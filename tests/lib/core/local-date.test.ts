import { describe, expect, it } from 'vitest'
import { addDays, parseLocalDate, toLocalDate, toStartOfDayMs } from '@/lib/core/local-date'

describe('the start of a local day', () => {
  it.each([
    ['2026-05-01', 'UTC', '2026-05-01T00:00:00.000Z'],
    ['2026-05-01', 'Europe/Berlin', '2026-04-30T22:00:00.000Z'],
    ['2026-05-01', 'America/New_York', '2026-05-01T04:00:00.000Z'],
    ['2026-05-01', 'Asia/Kathmandu', '2026-04-30T18:15:00.000Z'],
    ['2026-05-01', 'Pacific/Kiritimati', '2026-04-30T10:00:00.000Z'],
    ['2026-05-01', 'Pacific/Pago_Pago', '2026-05-01T11:00:00.000Z'],
    // Clocks change at 2:00 and 3:00: midnight still has the offset from before.
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
    ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00.000Z'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z'],
    ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00.000Z'],
    // Clocks skip midnight: the day begins at 1:00.
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
    // Clocks go back from midnight to 23:00: only the second midnight begins the day.
    ['2018-02-18', 'America/Sao_Paulo', '2018-02-18T03:00:00.000Z'],
    // Clocks go back from 1:00 to midnight: of two midnights the first.
    ['2026-11-01', 'America/Havana', '2026-11-01T04:00:00.000Z'],
    // A day that was left out altogether begins with the next one.
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
    ['2011-12-31', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
  ])('%s in %s is %s', (date, timezone, instant) => {
    expect(new Date(toStartOfDayMs(date, timezone)).toISOString()).toBe(instant)
  })

  it('is of that day, and the millisecond before is not', () => {
    for (const timezone of ['Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Beirut', 'UTC']) {
      for (let date = '2026-01-01'; date < '2027-01-01'; date = addDays(date, 1)) {
        const startMs = toStartOfDayMs(date, timezone)
        expect(toLocalDate(startMs, timezone)).toBe(date)
        expect(toLocalDate(startMs - 1, timezone)).toBe(addDays(date, -1))
      }
    }
  })
})

describe('a local date', () => {
  it.each(['', '2026-5-1', '2026-02-30', '2026-13-01', '2026-05-01T00:00:00Z', 'today'])('%j is none', (text) => {
    expect(parseLocalDate(text)).toBeNull()
  })

  it('is kept as it was written', () => {
    expect(parseLocalDate('2028-02-29')).toBe('2028-02-29')
  })

  it('moves over months and years', () => {
    expect([addDays('2026-12-31', 1), addDays('2026-03-01', -1)]).toEqual(['2027-01-01', '2026-02-28'])
  })
})
