import type { Redis } from '@upstash/redis/cloudflare'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { readRedis } from '../../../lib/platform/redis'
import { takeDrainLease } from '../../../lib/spill/drain-lease'
import { SPILL_LEASE_KEY } from '../../../lib/spill/spill-keys'
import { hasRedis } from '../../support/redis'
import { useRedis } from '../../support/redis-bridge'

afterEach(() => void vi.useRealTimers())

describe.skipIf(!hasRedis)('the turn to empty the spill', () => {
  const server = useRedis()
  const redis = () => readRedis() as Redis

  test('is one drainer’s among many, and the next one’s after its release', async () => {
    const leases = (await Promise.all(Array.from({ length: 10 }, () => takeDrainLease(redis())))).filter(Boolean)
    expect(leases).toHaveLength(1)
    expect(leases[0]?.isHeld()).toBe(true)
    await leases[0]?.release()
    const next = await takeDrainLease(redis())
    expect(next).not.toBeNull()
    await next?.release()
  })

  test('runs out when its holder was killed', async () => {
    await server.server.call('SET', SPILL_LEASE_KEY, 'killed', 'PX', '30')
    await vi.waitUntil(async () => (await server.server.call('EXISTS', SPILL_LEASE_KEY)) === 0)
    const lease = await takeDrainLease(redis())
    expect(lease).not.toBeNull()
    expect(Number(await server.server.call('PTTL', SPILL_LEASE_KEY))).toBeGreaterThan(0)
    await lease?.release()
  })

  test('is renewed while it is held, and given up when somebody else has it', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const lease = await takeDrainLease(redis())
    await server.server.call('PEXPIRE', SPILL_LEASE_KEY, '2000')
    vi.advanceTimersByTime(3_000)
    await vi.waitUntil(async () => Number(await server.server.call('PTTL', SPILL_LEASE_KEY)) > 2_000)
    expect(lease?.isHeld()).toBe(true)
    await server.server.call('SET', SPILL_LEASE_KEY, 'another')
    vi.advanceTimersByTime(3_000)
    await vi.waitUntil(() => lease?.isHeld() === false)
    await lease?.release()
    expect(await server.server.call('GET', SPILL_LEASE_KEY)).toBe('another')
    await server.server.call('DEL', SPILL_LEASE_KEY)
  })

  test('counts as lost when Redis does not answer', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const lease = await takeDrainLease(redis())
    await server.server.kill()
    vi.advanceTimersByTime(3_000)
    await vi.waitUntil(() => lease?.isHeld() === false)
    await lease?.release()
  })
})
