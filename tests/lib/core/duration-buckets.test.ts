import { expect, test } from 'vitest'
import { DURATION_BOUNDS_MS } from '@/lib/core/duration-buckets'

test('buckets begin at nothing, and each begins one and a half to eight times as late as the one before', () => {
  expect(DURATION_BOUNDS_MS[0]).toBe(0)
  for (const [index, bound] of DURATION_BOUNDS_MS.entries()) {
    if (index < 2) continue
    const ratio = bound / (DURATION_BOUNDS_MS[index - 1] as number)
    expect([bound, ratio > 1.5 && ratio < 8]).toEqual([bound, true])
  }
})
