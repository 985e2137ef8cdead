import { afterEach, describe, expect, test, vi } from 'vitest'
import { resetEnv } from '../../../lib/platform/env'
import { readRedis, toRedisError } from '../../../lib/platform/redis'
import { hasRedis } from '../../support/redis'
import { useRedis } from '../../support/redis-bridge'

afterEach(() => vi.restoreAllMocks())

test('is null without a Redis in the settings', () => {
  expect(readRedis()).toBeNull()
})

describe.skipIf(!hasRedis)('with a Redis', () => {
  const redis = useRedis()

  test('gives values back as text, and the same client for the same deadline', async () => {
    await readRedis()?.set('a', '{"b":1}')
    expect(await readRedis()?.get('a')).toBe('{"b":1}')
    expect(readRedis(100)).toBe(readRedis(100))
    expect(readRedis(100)).not.toBe(readRedis())
    const before = readRedis()
    resetEnv()
    expect(readRedis()).not.toBe(before)
  })

  test('ends a call at its deadline, after one attempt', async () => {
    const spy = vi.spyOn(globalThis, 'fetch')
    redis.server.freeze()
    try {
      await expect(readRedis(50)?.get('a')).rejects.toMatchObject({ name: 'TimeoutError' })
    } finally {
      redis.server.thaw()
    }
    expect(spy).toHaveBeenCalledTimes(1)
  })

  test('a failure to be logged says nothing of what was sent', async () => {
    const failure = await readRedis()
      ?.eval('return redis.call("LPUSH", KEYS[1], ARGV[1])', ['a'], ['ada@example.com'])
      .catch((error: unknown) => error)
    expect(String(failure)).toContain('ada@example.com')
    expect(toRedisError(failure).message).toMatch(/^WRONGTYPE/)
    expect(toRedisError(failure).message).not.toContain('ada@example.com')
    expect(toRedisError('a text').message).toBe('a text')
  })
})
