import { beforeEach, describe, expect, test, vi } from 'vitest'
import { hasRedis } from '../../support/redis'
import { useRedis } from '../../support/redis-bridge'
import { describeStores } from '../../support/store'
import { call } from './install'

/** Without settings of a store there is none. */
async function readReady() {
  const response = await call('GET', '/api/ready')
  return [response.status, await response.json()]
}
const away = { status: 'degraded', durationMs: expect.any(Number), reason: 'store_unavailable' }

beforeEach(() => {
  vi.resetModules()
  vi.spyOn(console, 'log').mockImplementation(() => {})
})

test('is 503 while the store is away and there is no Redis', async () => {
  expect(await readReady()).toEqual([503, { status: 'not_ready', checks: { store: away } }])
})

describe.skipIf(!hasRedis)('with a Redis', () => {
  const redis = useRedis()

  test('is 200 as long as rows can be spilled, and says that the store is away', async () => {
    expect(await readReady()).toEqual([200, { status: 'ready', checks: { store: away, spill: { status: 'ok' } } }])
    await redis.server.call('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
    const spill = { status: 'degraded', reason: 'evicts' }
    expect(await readReady()).toEqual([503, { status: 'not_ready', checks: { store: away, spill } }])
  })

  describeStores('and a store', () => {
    test('is 200 whatever the spill would do, and says that it is degraded', async () => {
      await redis.server.call('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
      expect(await readReady()).toMatchObject([
        200,
        { status: 'ready', checks: { store: { status: 'ok' }, spill: { status: 'degraded', reason: 'evicts' } } },
      ])
    })
  })
})
