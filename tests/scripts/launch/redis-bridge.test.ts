import { Redis } from '@upstash/redis'
import { describe, expect, test } from 'vitest'
import { parseEnv } from '../../../lib/platform/env'
import { stopChild } from '../../../scripts/launch/children'
import { startRedisBridge } from '../../../scripts/launch/redis-bridge'
import { findFreePort } from '../../support/postgres'
import { hasRedis, startRedis } from '../../support/redis'
import { waitForRedis } from '../../support/redis-bridge'

test('starts nothing without REDIS_URL, nor beside an Upstash Redis', async () => {
  expect(await startRedisBridge(parseEnv({}))).toBeNull()
  const upstash = { UPSTASH_REDIS_REST_URL: 'https://example.com', UPSTASH_REDIS_REST_TOKEN: 'x' }
  expect(await startRedisBridge(parseEnv({ REDIS_URL: 'redis://127.0.0.1', ...upstash }))).toBeNull()
})

test('starts without its Redis, and says that it is away', async () => {
  const bridge = await startRedisBridge(parseEnv({ REDIS_URL: `redis://127.0.0.1:${await findFreePort()}` }))
  if (!bridge) throw new Error('no bridge')
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = bridge.env
  const response = await fetch(`${url}/ping`, { headers: { authorization: `Bearer ${token}` } })
  expect(response.status).toBe(503)
  expect(await stopChild(bridge.child, 10_000)).toBe('stopped')
})

describe.skipIf(!hasRedis)('with a Redis', () => {
  test('leads to it, and ends with the launcher', async () => {
    const server = await startRedis()
    const bridge = await startRedisBridge(parseEnv({ REDIS_URL: server.url }))
    if (!bridge) throw new Error('no bridge')
    const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = bridge.env
    await waitForRedis(url, token)
    expect(await new Redis({ url, token }).set('a', 1)).toBe('OK')
    expect(await server.call('GET', 'a')).toBe('1')
    bridge.child.process.disconnect()
    expect(await bridge.child.ended).toBe('exit code 0')
    await server.stop()
  })
})
