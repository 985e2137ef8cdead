import { expect, test } from 'vitest'
import { toGroup, toShownGroup } from '@/lib/insights/models/vital-group'

test('toGroup rates by the classes, and has null where nothing was measured', () => {
  const group = toGroup({ count: 9, lcp: { count: 4, good: 2, poor: 2, p75: 3_990 } })
  expect(group.count).toBe(9)
  expect(group.lcp).toMatchObject({ count: 4, rating: 'poor' })
  expect(group.lcp.p75).toBeGreaterThan(4_000)
  expect(group.inp).toEqual({ p75: null, count: 0, rating: null })
})

test('toShownGroup shortens p75 alone', () => {
  const row = { value: '/a', count: 3, cls: { count: 3, good: 3, poor: 0, p75: 0.0450916276 } }
  expect(toShownGroup(row)).toEqual({ ...row, cls: { ...row.cls, p75: 0.045092 } })
})
