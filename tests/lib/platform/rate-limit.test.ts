import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRateLimit } from '../../../lib/platform/rate-limit'

describe('a token bucket', () => {
  test('lets a burst through, refuses the next one and says exactly when a token is back', () => {
    const limit = createRateLimit({ perSecond: 4, burst: 3 })
    expect([1, 2, 3].map(() => limit.take('a', 1_000).ok)).toEqual([true, true, true])
    expect(limit.take('a', 1_000)).toEqual({ ok: false, reason: 'rate_limited', retryAfterMs: 250 })
    expect(limit.take('a', 1_249)).toEqual({ ok: false, reason: 'rate_limited', retryAfterMs: 1 })
    expect(limit.take('a', 1_250)).toEqual({ ok: true })
  })

  test('keeps keys apart', () => {
    const limit = createRateLimit({ perSecond: 1, burst: 1 })
    expect(limit.take('a', 0).ok).toBe(true)
    expect(limit.take('b', 0).ok).toBe(true)
    expect(limit.take('a', 0).ok).toBe(false)
  })

  test('gains nothing from a clock that runs backwards', () => {
    const limit = createRateLimit({ perSecond: 1, burst: 1 })
    limit.take('a', 10_000)
    expect(limit.take('a', 0).ok).toBe(false)
    expect(limit.take('a', 10_999).ok).toBe(false)
    expect(limit.take('a', 11_000).ok).toBe(true)
  })

  test('returns a token that did not count, and never more than the burst', () => {
    const limit = createRateLimit({ perSecond: 0.001, burst: 1 })
    limit.take('a', 0)
    limit.giveBack('a')
    limit.giveBack('a')
    expect(limit.take('a', 0).ok).toBe(true)
    expect(limit.take('a', 0).ok).toBe(false)
  })

  test('forgets the key unused for longest when it is full', () => {
    const limit = createRateLimit({ perSecond: 0.001, burst: 1, keysMax: 2 })
    limit.take('old', 0)
    limit.take('used', 0)
    limit.take('old', 1)
    limit.take('new', 2)
    expect(limit.take('old', 3).ok).toBe(false)
    expect(limit.take('used', 3).ok).toBe(true)
  })

  test('never lets through more than burst plus what flowed in', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 200 })
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        steps,
        (perSecond, burst, waits) => {
          const limit = createRateLimit({ perSecond, burst })
          let atMs = 0
          let passed = 0
          for (const wait of waits) {
            atMs += wait
            if (limit.take('a', atMs).ok) passed += 1
            expect(passed).toBeLessThanOrEqual(burst + (atMs * perSecond) / 1_000 + 1e-6)
          }
        },
      ),
    )
  })
})
