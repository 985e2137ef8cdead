import { describe, expect, test } from 'vitest'
import { toAverageRatios } from '@/lib/insights/models/retention-averages'

describe('toAverageRatios', () => {
  test('pools the cohorts that reached a column, by their sizes', () => {
    expect(toAverageRatios([{ counts: [10, 5, 2] }, { counts: [30, 3] }, { counts: [60] }])).toEqual([1, 0.2, 0.2])
  })
  test('is null where the cohorts that reached it are empty', () => {
    expect(toAverageRatios([{ counts: [0, 0] }, { counts: [4] }])).toEqual([1, null])
  })
  test('has no column without cohorts', () => expect(toAverageRatios([])).toEqual([]))
})
