import { expect, test } from 'vitest'
import { createId, createShortId } from '@/lib/analytics/create-id'
import { isUuid } from '@/lib/core/ids'

test('an id is a UUID of version 7 whose first 48 bits are the time', () => {
  const nowMs = Date.UTC(2026, 10, 21)
  const id = createId(nowMs)
  expect(isUuid(id)).toBe(true)
  expect(id).toMatch(/^.{8}-.{4}-7.{3}-[89ab]/)
  expect(Number.parseInt(id.slice(0, 13).replace('-', ''), 16)).toBe(nowMs)
})

test('ids of later instants sort later, and ids of one instant differ', () => {
  expect(createId(1_763_700_000_000) < createId(1_763_700_000_001)).toBe(true)
  expect(new Set(Array.from({ length: 1_000 }, () => createId(1_763_700_000_000))).size).toBe(1_000)
})

test('a short id is twelve digits of base 32, and each digit takes every value', () => {
  const ids = Array.from({ length: 1_000 }, createShortId)
  for (const id of ids) expect(id).toMatch(/^[0-9a-v]{12}$/)
  expect(new Set(ids).size).toBe(1_000)
  for (let at = 0; at < 12; at += 1) expect(new Set(ids.map((id) => id[at])).size).toBe(32)
})
