import { expect, test } from 'vitest'
import { stripQuery } from '@/lib/analytics/strip-query'

test.each([
  ['', ''],
  ['?', ''],
  ['?token=secret', ''],
  ['?utm_source=x', '?utm_source=x'],
  ['?a=1&utm_source=x&b=2&utm_medium=y', '?utm_source=x&utm_medium=y'],
  ['?utm_source=x&email=a@b.c', '?utm_source=x'],
  ['?xutm_source=x', ''],
])('%s leaves %s', (search, left) => {
  expect(stripQuery(search)).toBe(left)
})
