import { expect, test } from 'vitest'
import { toCohortRevenue } from '@/lib/insights/models/cohort-revenue'

const START = '2026-01-01T00:00:00.000Z'

test('adds money without the dust of binary fractions', () => {
  const { cohorts } = toCohortRevenue([{ start: START, size: 3 }], { currency: 'EUR', amounts: [[0.1, 0.2]] })
  expect(cohorts).toEqual([{ start: START, total: 0.3, averagePerPerson: 0.1, amounts: [0.1, 0.2] }])
})

test('refunds count below zero, and an average has six decimals at most', () => {
  const { cohorts } = toCohortRevenue([{ start: START, size: 3 }], { currency: 'EUR', amounts: [[-2, 1]] })
  expect(cohorts[0]).toMatchObject({ total: -1, averagePerPerson: -0.333333 })
})

test('a cohort of nobody has no average', () => {
  const { cohorts } = toCohortRevenue([{ start: START, size: 0 }], { currency: 'EUR', amounts: [[0]] })
  expect(cohorts[0]).toMatchObject({ total: 0, averagePerPerson: null })
})
