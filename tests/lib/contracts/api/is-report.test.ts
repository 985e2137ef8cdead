import { expect, test } from 'vitest'
import { isReport } from '../../../../lib/contracts/api/is-report'

test('reports are what is read under /api/analytics/', () => {
  expect(isReport('/api/analytics/events', 'reports.read')).toBe(true)
  expect(isReport('/api/analytics/events', 'collect.write')).toBe(false)
  expect(isReport('/api/analytics/events', 'public')).toBe(false)
  expect(isReport('/api/people', 'people.read')).toBe(false)
})
