import { expect, test } from 'vitest'
import { monotonicMs, nowMs } from '../../../lib/platform/clock'

test('tells the time in whole Unix milliseconds and never runs backwards on the monotonic side', () => {
  expect(Number.isInteger(nowMs())).toBe(true)
  const first = monotonicMs()
  expect(monotonicMs()).toBeGreaterThanOrEqual(first)
})
