import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ProjectId } from '../../../lib/core/ids'
import { readSpillDepth } from '../../../lib/spill/spill-depth'
import { SPILL_KEY } from '../../../lib/spill/spill-keys'
import { createSpill } from '../../../lib/spill/spill-rows'
import { hasRedis, startRedis } from '../../support/redis'
import { useRedis, waitForRedis } from '../../support/redis-bridge'

const projectId = 1 as ProjectId
const toRows = (count: number, from = 0) => Array.from({ length: count }, (_, index) => ({ id: `row-${from + index}` }))

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))
afterEach(() => void vi.restoreAllMocks())

test('says that there is no Redis', async () => {
  expect(await createSpill()('events', projectId, toRows(1))).toEqual({ ok: false, reason: 'no_redis' })
})

describe.skipIf(!hasRedis)('into a Redis that keeps what it takes', () => {
  const redis = useRedis()
  const readIds = async () => {
    const entries = (await redis.server.call('XRANGE', SPILL_KEY, '-', '+')) as [string, string[]][]
    return entries.flatMap(([, [, text]]) =>
      (JSON.parse(text ?? '') as { rows: { id: string }[] }).rows.map(({ id }) => id),
    )
  }
  beforeEach(async () => {
    await redis.server.call('FLUSHALL')
  })

  test('keeps rows of concurrent callers, each once, and counts them', async () => {
    const spill = createSpill()
    const calls = Array.from({ length: 40 }, (_, index) => spill('events', projectId, toRows(5, index * 5)))
    expect(await Promise.all(calls)).toEqual(Array(40).fill({ ok: true }))
    expect((await readIds()).sort()).toEqual(
      toRows(200)
        .map(({ id }) => id)
        .sort(),
    )
    expect(await readSpillDepth()).toMatchObject({ entries: 40, rows: 200 })
  })

  test.each([1, 2, 3, 4, 5])('loses nothing it acknowledged when Redis is killed, time %i', async (time) => {
    const spill = createSpill()
    const acknowledged: string[] = []
    const send = async (sender: number) => {
      for (let index = 0; ; index += 1) {
        const rows = [{ id: `${sender}:${index}:a` }, { id: `${sender}:${index}:b` }]
        if (!(await spill('events', projectId, rows)).ok) return
        acknowledged.push(...rows.map(({ id }) => id))
        if (acknowledged.length >= time * 100) void redis.server.kill()
      }
    }
    await Promise.all([1, 2, 3, 4].map(send))
    redis.server = await startRedis({ dir: redis.server.dir, port: redis.server.port })
    await waitForRedis(redis.url)
    expect(acknowledged.length).toBeGreaterThanOrEqual(time * 100)
    const ids = await readIds()
    expect(acknowledged.filter((id) => !ids.includes(id))).toEqual([])
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('takes no more rows than may wait, and goes on once there is room', async () => {
    const spill = createSpill({ rowsMax: 10 })
    expect(await spill('events', projectId, toRows(8))).toEqual({ ok: true })
    expect(await spill('events', projectId, toRows(3))).toEqual({ ok: false, reason: 'full' })
    await redis.server.call('DEL', SPILL_KEY)
    expect(await createSpill({ rowsMax: 10 })('events', projectId, toRows(10))).toEqual({ ok: true })
    expect(await readSpillDepth()).toMatchObject({ entries: 1, rows: 10 })
  })

  test('asks a Redis that does not answer once, then not at all for a while', async () => {
    const spill = createSpill()
    const sent = vi.spyOn(globalThis, 'fetch')
    redis.server.freeze()
    try {
      expect(await spill('events', projectId, toRows(1))).toEqual({ ok: false, reason: 'redis_away' })
      for (let i = 0; i < 20; i += 1) {
        expect(await spill('events', projectId, toRows(1))).toEqual({ ok: false, reason: 'redis_away' })
      }
    } finally {
      redis.server.thaw()
    }
    expect(sent).toHaveBeenCalledTimes(1)
    await waitForRedis(redis.url)
  })

  test('logs why it refuses, once, and nothing of what was in the rows', async () => {
    const log = vi.mocked(console.error)
    const spill = createSpill({ rowsMax: 1 })
    await spill('events', projectId, [{ id: 'a', email: 'ada@example.com' }, { id: 'b' }])
    await spill('events', projectId, toRows(2))
    expect(log.mock.calls.map(([line]) => JSON.parse(String(line)))).toMatchObject([
      { event: 'spill_refused', reason: 'full' },
    ])
    expect(JSON.stringify(log.mock.calls)).not.toContain('ada@')
  })
})

describe.skipIf(!hasRedis)('into a Redis that may forget', () => {
  const redis = useRedis({ appendonly: false })

  test('puts nothing, until it is told to keep everything', async () => {
    expect(await createSpill()('events', projectId, toRows(1))).toEqual({ ok: false, reason: 'not_persistent' })
    expect(await readSpillDepth()).toEqual({ entries: 0, rows: 0, oldestMs: null })
    await redis.server.call('CONFIG', 'SET', 'appendonly', 'yes')
    while (!/aof_base_size:[1-9]/.test(String(await redis.server.call('INFO', 'persistence')))) {}
    await redis.server.call('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
    expect(await createSpill()('events', projectId, toRows(1))).toEqual({ ok: false, reason: 'evicts' })
    await redis.server.call('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
    expect(await createSpill()('events', projectId, toRows(1))).toEqual({ ok: true })
  })

  test('says so when its memory is full', async () => {
    await redis.server.call('CONFIG', 'SET', 'maxmemory', '1')
    expect(await createSpill()('events', projectId, toRows(1))).toEqual({ ok: false, reason: 'redis_away' })
  })
})
