import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { resetEnv } from '../../../lib/platform/env'
import { createRateLimit } from '../../../lib/platform/rate-limit'
import { readRedis } from '../../../lib/platform/redis'
import { createSharedRateLimit, type SharedRateLimitOptions } from '../../../lib/platform/shared-rate-limit'
import { hasRedis, startRedis } from '../../support/redis'
import { useRedis, waitForRedis } from '../../support/redis-bridge'

beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => {}))
afterEach(() => void vi.restoreAllMocks())

const create = (options: Partial<SharedRateLimitOptions> = {}) =>
  createSharedRateLimit({
    perSecond: 0.001,
    burst: 10,
    name: 'test',
    onStoreFailure: 'local',
    readRedis: () => readRedis(300),
    ...options,
  })
type Limit = ReturnType<typeof create>

/** How many of `count` requests at once are let through. */
async function passed(limit: Limit, count: number, key = 'a'): Promise<number> {
  const results = await Promise.all(Array.from({ length: count }, () => limit.take(key, Date.now())))
  return results.filter(({ ok }) => ok).length
}

test('without a Redis is the limit of this process, whatever happens at a failure', async () => {
  for (const onStoreFailure of ['local', 'allow', 'deny'] as const) {
    const limit = create({ onStoreFailure })
    expect(await passed(limit, 20)).toBe(10)
    expect(await limit.take('a', Date.now())).toMatchObject({ ok: false, reason: 'rate_limited' })
  }
})

describe.skipIf(!hasRedis)('through Redis', () => {
  const redis = useRedis()
  beforeEach(async () => {
    await redis.server.call('FLUSHALL')
  })

  test('several processes together let through one bucket, however they ask', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 400 }),
        fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 4 }),
        async (burst, asked) => {
          await redis.server.call('FLUSHALL')
          const counts = await Promise.all(asked.map((count) => passed(create({ burst }), count)))
          const total = counts.reduce((sum, count) => sum + count, 0)
          const wanted = asked.reduce((sum, count) => sum + count, 0)
          expect(total).toBeLessThanOrEqual(burst)
          // What is left of somebody's handful cannot be somebody else's.
          const handfuls = asked.length * Math.max(1, Math.floor(burst / 50))
          expect(total).toBeGreaterThanOrEqual(Math.min(wanted, burst - handfuls))
        },
      ),
      { numRuns: 30 },
    )
  })

  test('one process alone lets through exactly what a bucket of its own would', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 400 }), async (burst, asked) => {
        await redis.server.call('FLUSHALL')
        const own = createRateLimit({ perSecond: 0.001, burst })
        const expected = Array.from({ length: asked }, () => own.take('a', 0).ok).filter(Boolean).length
        expect(await passed(create({ burst }), asked)).toBe(expected)
      }),
      { numRuns: 30 },
    )
  })

  test('lets through what flows in, and neither more nor a handful less', async () => {
    const [perSecond, burst] = [400, 100]
    const limits = [create({ perSecond, burst }), create({ perSecond, burst })]
    const startMs = performance.now()
    let total = 0
    let spentMs = 0
    while (spentMs < 600) {
      for (const limit of limits) total += await passed(limit, 10)
      spentMs = performance.now() - startMs
    }
    expect(total).toBeLessThanOrEqual(burst + (spentMs * perSecond) / 1_000 + 1)
    expect(total).toBeGreaterThanOrEqual(burst)
  })

  test('says when the next token is there', async () => {
    const limit = create({ perSecond: 4, burst: 3 })
    expect(await passed(limit, 3)).toBe(3)
    const refused = await limit.take('a', Date.now())
    if (refused.ok) throw new Error('it should be refused')
    expect(refused.retryAfterMs).toBeGreaterThan(0)
    expect(refused.retryAfterMs).toBeLessThanOrEqual(250)
  })

  test('keeps keys and names apart', async () => {
    expect(await passed(create(), 10, 'a')).toBe(10)
    expect(await passed(create(), 10, 'b')).toBe(10)
    expect(await passed(create({ name: 'other' }), 10, 'a')).toBe(10)
    expect(await passed(create(), 10, 'a')).toBe(0)
  })

  test('asks Redis once per handful, and not at all about a key that was just refused', async () => {
    const limit = create({ burst: 500 })
    const sent = vi.spyOn(globalThis, 'fetch')
    for (let i = 0; i < 20; i += 1) expect(await limit.take('a', Date.now())).toEqual({ ok: true })
    expect(sent.mock.calls.length).toBeLessThanOrEqual(3)
    expect(await passed(limit, 2_000)).toBe(480)
    sent.mockClear()
    for (let i = 0; i < 50; i += 1) expect((await limit.take('a', Date.now())).ok).toBe(false)
    expect(sent).toHaveBeenCalledTimes(0)
  })

  test('brings back what it has not spent in time', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const limit = create({ burst: 500 })
    for (let i = 0; i < 300; i += 1) {
      expect(await limit.take('a', Date.now())).toEqual({ ok: true })
      vi.advanceTimersByTime(1_001)
    }
    vi.useRealTimers()
    expect(await passed(create({ burst: 500 }), 500)).toBeGreaterThanOrEqual(190)
  })

  test('forgets a bucket that is full again', async () => {
    await passed(create({ perSecond: 1_000, burst: 5 }), 5)
    const key = 'growth:limit:test:a'
    const left = Number(await redis.server.call('PTTL', key))
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThanOrEqual(1_005)
  })

  test.each([
    ['local', 10],
    ['allow', 50],
    ['deny', 0],
  ] as const)(
    'while Redis does not answer: %s; one call waits for it, later ones do not',
    async (onStoreFailure, count) => {
      const limit = create({ onStoreFailure })
      const sent = vi.spyOn(globalThis, 'fetch')
      redis.server.freeze()
      try {
        expect(await passed(limit, 25)).toBe(Math.min(25, count))
        expect(await passed(limit, 25)).toBe(count - Math.min(25, count))
        expect(await limit.take('b', Date.now())).toMatchObject({ ok: onStoreFailure !== 'deny' })
      } finally {
        redis.server.thaw()
      }
      expect(sent).toHaveBeenCalledTimes(1)
      await waitForRedis(redis.url)
    },
  )

  test('shares again when Redis is back', async () => {
    const clock = vi.spyOn(performance, 'now')
    const limit = create()
    await redis.server.kill()
    expect(await passed(limit, 20)).toBe(10)
    redis.server = await startRedis({ dir: redis.server.dir, port: redis.server.port })
    await waitForRedis(redis.url)
    const laterMs = performance.now() + 6_000
    clock.mockImplementation(() => laterMs)
    expect(await passed(limit, 4)).toBe(4)
    clock.mockRestore()
    resetEnv()
    expect(await passed(create(), 10)).toBe(6)
  })
})
