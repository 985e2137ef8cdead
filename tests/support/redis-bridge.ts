import { afterAll, beforeAll } from 'vitest'
import { resetEnv } from '../../lib/platform/env.ts'
import { connectRedis, type PlainRedis } from '../../scripts/bridge/plain-redis.ts'
import { type BridgeServer, startBridgeServer } from '../../scripts/bridge/server.ts'
import { type RedisOptions, type RedisServer, startRedis } from './redis.ts'

export const BRIDGE_TOKEN = 'token-of-the-tests'

/** A Redis with its bridge, to which this process's settings lead. */
export type BridgedRedis = { server: RedisServer; url: string }

/**
 * Gives a suite a Redis of its own and leads `readRedis` to it, through the bridge as in production. `redis.server` may be
 * replaced by one that a test started again on the same port.
 */
export function useRedis(options: RedisOptions = {}): BridgedRedis {
  const redis = {} as BridgedRedis
  let connection: PlainRedis | undefined
  let bridge: BridgeServer | undefined
  beforeAll(async () => {
    redis.server = await startRedis(options)
    connection = connectRedis(redis.server.url)
    bridge = await startBridgeServer(connection, BRIDGE_TOKEN)
    redis.url = bridge.url
    process.env.UPSTASH_REDIS_REST_URL = bridge.url
    process.env.UPSTASH_REDIS_REST_TOKEN = BRIDGE_TOKEN
    resetEnv()
    await waitForRedis(bridge.url)
  })
  afterAll(async () => {
    delete process.env.UPSTASH_REDIS_REST_URL
    delete process.env.UPSTASH_REDIS_REST_TOKEN
    resetEnv()
    await bridge?.close()
    connection?.close()
    await redis.server?.stop()
  })
  return redis
}

/** Settles when Redis answers through the bridge: after a start its first connection takes a moment. */
export async function waitForRedis(url: string, token = BRIDGE_TOKEN): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/ping`, { headers: { authorization: `Bearer ${token}` } })
    await response.arrayBuffer()
    if (response.ok) return
    await new Promise((wake) => setTimeout(wake, 10))
  }
}
