import { describe, expect, test } from 'vitest'
import { readSpillCheck } from '../../../lib/spill/spill-check'
import { SPILL_ROWS_KEY } from '../../../lib/spill/spill-keys'
import { hasRedis } from '../../support/redis'
import { useRedis } from '../../support/redis-bridge'

test('is null without a Redis', async () => {
  expect(await readSpillCheck()).toBeNull()
})

describe.skipIf(!hasRedis)('with a Redis', () => {
  const redis = useRedis()

  test('says whether it would take rows and keep them, and why not', async () => {
    expect(await readSpillCheck()).toEqual({ status: 'ok' })
    await redis.server.call('SET', SPILL_ROWS_KEY, '1000000')
    expect(await readSpillCheck()).toEqual({ status: 'degraded', reason: 'full' })
    await redis.server.call('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
    expect(await readSpillCheck()).toEqual({ status: 'degraded', reason: 'evicts' })
    await redis.server.kill()
    expect(await readSpillCheck()).toEqual({ status: 'degraded', reason: 'redis_away' })
  })
})
