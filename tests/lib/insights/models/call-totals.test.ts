import { describe, expect, test } from 'vitest'
import { toAiTotals, toQueryTotals } from '@/lib/insights/models/call-totals'

describe('toAiTotals', () => {
  test('gives ratios to all calls', () => {
    expect(toAiTotals({ requests: 4, errors: 1, cache_hits: 2, tokens: 9, cost_usd: 0 })).toEqual({
      requests: 4,
      errors: 1,
      errorRatio: 0.25,
      cacheHitRatio: 0.5,
      tokens: 9,
      costUsd: 0,
    })
  })
  test('without calls the ratios are null', () => {
    expect(toAiTotals({ requests: 0, errors: 0, cache_hits: 0, tokens: 0, cost_usd: null })).toEqual({
      requests: 0,
      errors: 0,
      errorRatio: null,
      cacheHitRatio: null,
      tokens: 0,
      costUsd: null,
    })
  })
})

describe('toQueryTotals', () => {
  test('gives ratios to all queries', () => {
    expect(toQueryTotals({ queries: 8, slow: 2, cached: 4 })).toEqual({
      queries: 8,
      slow: 2,
      slowRatio: 0.25,
      cachedRatio: 0.5,
    })
  })
  test('without queries the ratios are null', () => {
    expect(toQueryTotals({ queries: 0, slow: 0, cached: 0 })).toMatchObject({ slowRatio: null, cachedRatio: null })
  })
})
