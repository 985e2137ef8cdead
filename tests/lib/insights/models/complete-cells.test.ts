import { expect, test } from 'vitest'
import { toCompleteCounts } from '@/lib/insights/models/complete-cells'

const BOUNDS = [0, 10, 20, 30]

test('a calendar cell is complete when its interval is over', () => {
  expect(toCompleteCounts({ bounds: BOUNDS, endMs: 30, rollingMs: null })).toEqual([3, 2, 1])
  expect(toCompleteCounts({ bounds: BOUNDS, endMs: 29, rollingMs: null })).toEqual([2, 1, 0])
})

test('a rolling cell is complete when the window of the cohort’s last person is over', () => {
  // Who came at 9 has the window of cell 1 from 19 to 29.
  expect(toCompleteCounts({ bounds: BOUNDS, endMs: 30, rollingMs: 10 })).toEqual([2, 1, 1])
  expect(toCompleteCounts({ bounds: BOUNDS, endMs: 29, rollingMs: 10 })).toEqual([1, 1, 0])
})

test('without intervals there is no cell', () => {
  expect(toCompleteCounts({ bounds: [], endMs: 0, rollingMs: null })).toEqual([])
})
