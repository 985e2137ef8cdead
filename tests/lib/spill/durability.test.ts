import { describe, expect, test } from 'vitest'
import { judgeDurability, readUnwritten } from '../../../lib/spill/durability'
import { hasRedis, type RedisOptions, startRedis } from '../../support/redis'

describe.skipIf(!hasRedis)('of a plain Redis', () => {
  test.each<[RedisOptions, object]>([
    [{}, { ok: true }],
    [{ maxmemory: '1gb' }, { ok: true }],
    [{ appendonly: false }, { ok: false, reason: 'not_persistent' }],
    [{ maxmemoryPolicy: 'allkeys-lru' }, { ok: false, reason: 'evicts' }],
    [{ maxmemoryPolicy: 'volatile-lru' }, { ok: false, reason: 'evicts' }],
  ])('%j: %j', async (options, expected) => {
    const server = await startRedis(options)
    expect(judgeDurability(String(await server.call('INFO')))).toEqual(expected)
    await server.stop()
  })
})

test('a Redis whose last write failed is not durable', () => {
  const info = 'aof_enabled:1\r\naof_last_write_status:err\r\nmaxmemory_policy:noeviction\r\n'
  expect(judgeDurability(info)).toEqual({ ok: false, reason: 'write_failed' })
})

test('Upstash writes to disk always, and may have been told to evict', () => {
  const upstash = (policy: string) => `# Server\r\nupstash_version:1.10.5\r\n# Memory\r\nmaxmemory_policy:${policy}\r\n`
  expect(judgeDurability(upstash('noeviction'))).toEqual({ ok: true })
  expect(judgeDurability(upstash('optimistic-volatile'))).toEqual({ ok: false, reason: 'evicts' })
  expect(judgeDurability('upstash_version:1.10.5\n')).toEqual({ ok: false, reason: 'unknown_eviction' })
})

test('what says nothing of itself is not durable', () => {
  expect(judgeDurability('')).toEqual({ ok: false, reason: 'not_persistent' })
})

test('a Redis that has only begun with its first file is not durable; one that writes a new one is', () => {
  const info = (baseBytes: number, isRewriting: number) =>
    `aof_enabled:1\naof_last_write_status:ok\naof_rewrite_in_progress:${isRewriting}\naof_base_size:${baseBytes}\nmaxmemory_policy:noeviction`
  expect(judgeDurability(info(0, 1))).toEqual({ ok: false, reason: 'not_persistent' })
  expect([judgeDurability(info(0, 0)), judgeDurability(info(89, 1))]).toEqual([{ ok: true }, { ok: true }])
})

test('what Redis holds back is known where it says so', () => {
  expect(readUnwritten('aof_current_size:100\r\naof_buffer_length:7\r\n')).toEqual({
    heldBytes: 7,
    fileBytes: 100,
    goalBytes: 107,
  })
  expect(readUnwritten('upstash_version:1.10.5')).toBeNull()
})
