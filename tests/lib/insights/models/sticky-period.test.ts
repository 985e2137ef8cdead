import { expect, test } from 'vitest'
import { toStickyPeriod } from '@/lib/insights/models/sticky-period'

test('the ratio is the mean of the daily actives over the actives of the period', () => {
  // Two people on one day, one on all four: five active days, so 1.25 daily actives of three people.
  expect(toStickyPeriod([2, 0, 0, 1])).toEqual({
    days: 4,
    people: 3,
    daysActive: [2, 0, 0, 1],
    averageDays: 2,
    ratio: 0.5,
  })
})

test('a period of nobody has no ratio', () => {
  expect(toStickyPeriod([0, 0])).toMatchObject({ people: 0, averageDays: null, ratio: null })
  expect(toStickyPeriod([])).toMatchObject({ days: 0, people: 0, ratio: null })
})
