import { expect, test } from 'vitest'
import { readVisitor } from '@/lib/analytics/server/visitor-context'

test('a visitor is what their request says, and the address that the caller trusts', () => {
  const headers = new Headers({ 'user-agent': 'Firefox', 'x-forwarded-for': '9.9.9.9', cookie: 'a=b' })
  expect(readVisitor(headers, '1.2.3.4')).toEqual({ userAgent: 'Firefox', ip: '1.2.3.4' })
  expect(readVisitor(new Headers(), null)).toEqual({})
})

test('privacy signals are passed on, and only those that are set', () => {
  expect(readVisitor(new Headers({ 'sec-gpc': '1', dnt: '1' }), null)).toEqual({ hasGpc: true, hasDnt: true })
  expect(readVisitor(new Headers({ 'sec-gpc': '0', dnt: '0' }), null)).toEqual({})
})

test('an agent is cut to what the collector reads', () => {
  expect(readVisitor(new Headers({ 'user-agent': 'x'.repeat(5_000) }), null).userAgent).toHaveLength(1_024)
})
