import { expect, test } from 'vitest'
import { z } from 'zod'
import { checkItem, toOptionalJson, toRecord } from '../../../lib/collect/check-item'
import { NOW_MS, toContext } from './request'

const schema = z.object({
  id: z.guid(),
  timestamp: z.int(),
  name: z.string(),
})
const good = { id: '018f3c5e-0000-7000-8000-000000000001', timestamp: NOW_MS, name: 'a' }
const reasonOf = (item: unknown, kind: 'publishable' | 'secret' = 'publishable') => {
  const outcome = checkItem(schema, item, toContext(kind))
  return outcome.ok ? 'ok' : outcome.reason
}

test('names the first of id, timestamp and the rest', () => {
  expect(reasonOf(good)).toBe('ok')
  expect(reasonOf({})).toBe('invalid_id')
  expect(reasonOf({ ...good, timestamp: '5', name: 5 })).toBe('invalid_timestamp')
  expect(reasonOf({ ...good, timestamp: 1.5 })).toBe('invalid_timestamp')
  expect(reasonOf({ ...good, name: 5 })).toBe('invalid_event')
  expect(reasonOf('text')).toBe('invalid_event')
})

test('holds a browser to the last seven days and one minute ahead, to the millisecond', () => {
  const week = 7 * 86_400_000
  expect(reasonOf({ ...good, timestamp: NOW_MS - week })).toBe('ok')
  expect(reasonOf({ ...good, timestamp: NOW_MS - week - 1 })).toBe('too_old')
  expect(reasonOf({ ...good, timestamp: NOW_MS + 60_000 })).toBe('ok')
  expect(reasonOf({ ...good, timestamp: NOW_MS + 60_001 })).toBe('in_future')
})

test('takes a server’s timestamps as they are, as far as they are instants', () => {
  for (const timestamp of [0, -1, NOW_MS + 1e11]) expect(reasonOf({ ...good, timestamp }, 'secret')).toBe('ok')
  expect(reasonOf({ ...good, timestamp: 9e15 }, 'secret')).toBe('invalid_timestamp')
})

test('only a plain object is a record', () => {
  expect(toRecord({ a: 1 })).toEqual({ a: 1 })
  for (const value of [null, [], 'x', 5, undefined]) expect(toRecord(value)).toBeNull()
})

test('absent free JSON is no fault', () => {
  const scrub = (value: unknown) => (value === 1 ? { value: 1, cutCount: 2 } : null)
  for (const given of [undefined, null]) expect(toOptionalJson(given, scrub)).toEqual({ value: null, cutCount: 0 })
  expect(toOptionalJson(1, scrub)).toEqual({ value: 1, cutCount: 2 })
  expect(toOptionalJson(2, scrub)).toBeNull()
})
