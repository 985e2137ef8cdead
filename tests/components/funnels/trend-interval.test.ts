import { expect, test } from 'vitest'
import { toTrendChoices, toTrendInterval } from '@/components/funnels/trend-interval'
import { DAY_MS } from '@/lib/core/time-range'

const toRange = (days: number) => ({ fromMs: 0, toMs: days * DAY_MS })

test.each([
  [1, ['hour'], 'hour'],
  [7, ['hour', 'day'], undefined],
  [30, ['day', 'week', 'month'], 'day'],
  [90, ['day', 'week', 'month'], 'day'],
  [200, ['day', 'week', 'month'], 'week'],
  [800, ['week', 'month'], 'month'],
] as const)('a range of %i days is shown in %j', (days, choices, suited) => {
  expect(toTrendChoices(toRange(days))).toEqual(choices)
  if (suited) expect(toTrendInterval(toRange(days), null)).toBe(suited)
})

test('a range shorter than any interval is shown in the one that series use', () => {
  expect(toTrendChoices({ fromMs: 0, toMs: 1 })).toEqual(['hour'])
})

test('what the address asks for is shown when the range allows it, and nothing else', () => {
  expect(toTrendInterval(toRange(30), 'week')).toBe('week')
  expect(toTrendInterval(toRange(30), 'hour')).toBe('day')
  expect(toTrendInterval(toRange(30), 'year')).toBe('day')
})
