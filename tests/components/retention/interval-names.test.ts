import { expect, test } from 'vitest'
import { nameCohort, nameColumn } from '@/components/retention/interval-names'

test('names a cohort by its first instant in the zone of the report', () => {
  const start = '2026-03-28T23:00:00.000Z' // midnight of Sunday in Berlin
  expect(nameCohort('day', start, 'Europe/Berlin')).toBe('Sun, Mar 29')
  expect(nameCohort('week', start, 'Europe/Berlin')).toBe('Week of Mar 29')
  expect(nameCohort('hour', start, 'Europe/Berlin')).toBe('Mar 29, 00:00')
  expect(nameCohort('month', '2026-03-31T22:00:00.000Z', 'Europe/Berlin')).toBe('April 2026')
})

test('names a column by its age', () => {
  expect(nameColumn('week', 3)).toBe('Week 3')
})
