import { describe, expect, test } from 'vitest'
import { connectRedis } from '../../../scripts/bridge/plain-redis'
import { hasRedis, startRedis } from '../../support/redis'

/** A connection and the changes it tells of, each of which can be awaited. */
function connect(url: string, replyTimeoutMs?: number) {
  const changes: boolean[] = []
  const waiting: (() => void)[] = []
  const redis = connectRedis(url, {
    ...(replyTimeoutMs !== undefined && { replyTimeoutMs }),
    onChange: (isConnected) => {
      changes.push(isConnected)
      for (const wake of waiting.splice(0)) wake()
    },
  })
  const change = async (isConnected: boolean) => {
    while (changes.at(-1) !== isConnected) await new Promise<void>((wake) => waiting.push(wake))
  }
  return { redis, changes, change }
}

describe.skipIf(!hasRedis)('the connection to a plain Redis', () => {
  test('throws away a connection on which nothing is answered, and makes a new one', async () => {
    const server = await startRedis()
    const { redis, changes, change } = connect(server.url, 200)
    await change(true)
    server.freeze()
    await expect(redis.run(['PING'])).rejects.toMatchObject({ name: 'RedisAwayError' })
    await change(false)
    server.thaw()
    await change(true)
    expect(await redis.run(['PING'])).toBe('PONG')
    expect(changes).toEqual([true, false, true])
    redis.close()
    await server.stop()
  })

  test('finds a Redis that is started later', async () => {
    const first = await startRedis()
    await first.stop()
    const { redis, change } = connect(first.url)
    await change(false)
    await expect(redis.run(['PING'])).rejects.toMatchObject({ name: 'RedisAwayError' })
    const later = await startRedis({ port: first.port, dir: first.dir })
    await change(true)
    expect(await redis.run(['PING'])).toBe('PONG')
    redis.close()
    await later.stop()
  })

  test('lets what is under way fail when it is closed', async () => {
    const server = await startRedis()
    const { redis, change } = connect(server.url)
    await change(true)
    server.freeze()
    const outcome = redis.run(['PING'])
    redis.close()
    await expect(outcome).rejects.toMatchObject({ name: 'RedisAwayError' })
    await server.kill()
  })
})
