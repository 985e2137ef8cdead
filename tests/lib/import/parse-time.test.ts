import { expect, test } from 'vitest'
import { parseTimeMs, toZonedMs } from '../../../lib/import/parse-time'

const iso = (value: unknown, timezone?: string) => {
  const ms = parseTimeMs(value, timezone)
  return ms === null ? null : new Date(ms).toISOString()
}

test.each([
  ['2026-03-01T12:00:00Z', '2026-03-01T12:00:00.000Z'],
  ['2026-03-01T12:00:00.123456+02:00', '2026-03-01T10:00:00.123Z'],
  ['2026-03-01 12:00:00 UTC', '2026-03-01T12:00:00.000Z'],
  ['2026-03-01 12:00:00.5+00', '2026-03-01T12:00:00.500Z'],
  ['2026-03-01 12:00', '2026-03-01T12:00:00.000Z'],
  ['20260301', '2026-03-01T00:00:00.000Z'],
  [' 2026-03-01 ', '2026-03-01T00:00:00.000Z'],
  ['1772366400', '2026-03-01T12:00:00.000Z'],
  [1772366400, '2026-03-01T12:00:00.000Z'],
  [1772366400.25, '2026-03-01T12:00:00.250Z'],
  [1772366400123, '2026-03-01T12:00:00.123Z'],
  [1772366400123456, '2026-03-01T12:00:00.123Z'],
])('%s is %s', (value, expected) => {
  expect(iso(value)).toBe(expected)
})

test.each([
  [''],
  ['yesterday'],
  ['2026-02-30'],
  ['2026-13-01'],
  ['0099-01-01'],
  ['2026-03-01T25:00:00Z'],
  [Number.NaN],
  [null],
  [true],
])('%s is no time', (value) => {
  expect(parseTimeMs(value)).toBeNull()
})

test('a time without offset is local, on both sides of a change of clocks', () => {
  expect(iso('2026-07-01 12:00', 'Europe/Berlin')).toBe('2026-07-01T10:00:00.000Z')
  expect(iso('2026-01-01 12:00', 'Europe/Berlin')).toBe('2026-01-01T11:00:00.000Z')
  expect(iso('2026-03-29 01:59', 'Europe/Berlin')).toBe('2026-03-29T00:59:00.000Z')
  expect(iso('2026-03-29 03:00', 'Europe/Berlin')).toBe('2026-03-29T01:00:00.000Z')
  expect(iso('2026-10-25 02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z') // the first of two
  expect(iso('2026-03-29 02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z') // never shown
  expect(toZonedMs(0, 'UTC')).toBe(0)
})
