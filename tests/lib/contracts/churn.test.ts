import { expect, test } from 'vitest'
import { atRiskQuery, churnedQuery } from '@/lib/contracts/churn'

test('a query without anything means the last months', () => {
  expect(churnedQuery.parse({})).toMatchObject({ project: 'default', active: 30, silent: 30, atLeast: 1, limit: 50 })
  expect(atRiskQuery.parse({})).toMatchObject({ active: 90, silent: 30 })
})

test('days are whole numbers of at most a year, in the text of a query string', () => {
  expect(churnedQuery.parse({ active: '7', silent: '366' })).toMatchObject({ active: 7, silent: 366 })
  for (const active of ['0', '1.5', '367', 'x']) {
    expect(churnedQuery.safeParse({ active }).error?.issues[0]?.path).toEqual(['active'])
  }
})
