import { expect, test } from 'vitest'
import { type Bucket, walkBounds } from '../../lib/insights/reference/calendar'
import { describeStores } from '../../support/store'
import { callReport } from './rows'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Each with a change of its clocks inside the days that follow. */
const changes: [string, string, string][] = [
  ['UTC', '2026-03-01', 'no change'],
  ['Europe/Berlin', '2026-03-28', 'an hour less'],
  ['Europe/Berlin', '2026-10-24', 'an hour more'],
  ['America/New_York', '2026-10-31', 'an hour more'],
  ['Asia/Kolkata', '2026-05-01', 'half-hour offset'],
  ['Asia/Kathmandu', '2026-05-01', 'quarter-hour offset'],
  ['Australia/Lord_Howe', '2026-04-04', 'half an hour more'],
  ['Australia/Lord_Howe', '2026-10-03', 'half an hour less'],
  ['America/Havana', '2024-11-02', 'midnight twice'],
  ['Africa/Cairo', '2024-04-25', 'no midnight'],
  ['America/Sao_Paulo', '2018-11-03', 'no midnight'],
  ['America/Santiago', '2024-04-06', "23 o'clock twice"],
  ['Pacific/Apia', '2011-12-29', 'a day left out'],
]

describeStores('get_time_bounds', (store) => {
  async function ask(fromMs: number, toMs: number, bucket: Bucket, timezone: string, weekStart = 'monday') {
    return callReport<number[]>(store, 'get_time_bounds', {
      p_from: fromMs,
      p_to: toMs,
      p_bucket: bucket,
      p_timezone: timezone,
      p_week_start: weekStart,
    })
  }

  test.each(changes)('%s from %s: %s, as the clock on the wall says', async (timezone, date) => {
    const fromMs = Date.parse(`${date}T10:20:00Z`)
    for (const [bucket, lengthMs] of [
      ['hour', 2 * DAY],
      ['day', 5 * DAY],
      ['week', 20 * DAY],
      ['month', 70 * DAY],
    ] as const) {
      const toMs = fromMs + lengthMs
      expect(await ask(fromMs, toMs, bucket, timezone), bucket).toEqual(walkBounds(fromMs, toMs, bucket, timezone))
    }
    expect(await ask(fromMs, fromMs + 20 * DAY, 'week', timezone, 'sunday')).toEqual(
      walkBounds(fromMs, fromMs + 20 * DAY, 'week', timezone, 'sunday'),
    )
  })

  test('every start of the hours around a change asks for itself', async () => {
    for (const [timezone, date] of changes) {
      for (let hour = 0; hour < 48; hour += 1) {
        const fromMs = Date.parse(`${date}T00:10:00Z`) + hour * HOUR
        expect(await ask(fromMs, fromMs + 1, 'hour', timezone), `${timezone} ${hour}`).toEqual(
          walkBounds(fromMs, fromMs + 1, 'hour', timezone),
        )
      }
    }
  })

  test('a range that ends on a bound does not open the next bucket', async () => {
    expect(await ask(0, DAY, 'day', 'UTC')).toEqual([0, DAY])
    expect(await ask(0, DAY + 1, 'day', 'UTC')).toEqual([0, DAY, 2 * DAY])
    expect(await ask(HOUR - 1, HOUR, 'hour', 'UTC')).toEqual([0, HOUR])
  })

  test('an offset in POSIX form is a time zone', async () => {
    expect(await ask(0, 1, 'day', '<+05:30>-05:30')).toEqual([-5.5 * HOUR, 18.5 * HOUR])
  })
})
