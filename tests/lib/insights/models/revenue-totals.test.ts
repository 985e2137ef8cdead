import { expect, test } from 'vitest'
import { toRevenueTotals } from '../../../../lib/insights/models/revenue-totals'

test('averages are per event, per person who paid, and per person who came', () => {
  expect(toRevenueTotals({ revenue: 30, count: 4, payingPeople: 3 }, 12)).toEqual({
    revenue: 30,
    count: 4,
    payingPeople: 3,
    averagePerEvent: 7.5,
    averagePerPayingPerson: 10,
    averagePerPerson: 2.5,
  })
})

test('where nobody came there is no average, and where nobody paid everybody paid nothing', () => {
  const none = { revenue: 0, count: 0, payingPeople: 0 }
  expect(toRevenueTotals(none, 0)).toMatchObject({
    averagePerEvent: null,
    averagePerPayingPerson: null,
    averagePerPerson: null,
  })
  expect(toRevenueTotals(none, 5)).toMatchObject({
    averagePerEvent: null,
    averagePerPayingPerson: null,
    averagePerPerson: 0,
  })
})
