import { describe, expect, test } from 'vitest'
import type { ProjectId } from '../../../lib/core/ids'
import { readSpillDepth } from '../../../lib/spill/spill-depth'
import { createSpill } from '../../../lib/spill/spill-rows'
import { hasRedis } from '../../support/redis'
import { useRedis } from '../../support/redis-bridge'

test('is unknown without a Redis', async () => {
  expect(await readSpillDepth()).toBeNull()
})

describe.skipIf(!hasRedis)('with a Redis', () => {
  const redis = useRedis()

  test('counts entries and rows, and says since when the first of them waits', async () => {
    expect(await readSpillDepth()).toEqual({ entries: 0, rows: 0, oldestMs: null })
    const beforeMs = Date.now()
    await createSpill()('events', 1 as ProjectId, [{ id: 'a' }, { id: 'b' }])
    await createSpill()('vitals', 1 as ProjectId, [{ id: 'c' }])
    const depth = await readSpillDepth()
    expect(depth).toMatchObject({ entries: 2, rows: 3 })
    expect(depth?.oldestMs).toBeGreaterThanOrEqual(beforeMs)
    expect(depth?.oldestMs).toBeLessThanOrEqual(Date.now())
  })

  test('is unknown while Redis is away', async () => {
    await redis.server.kill()
    expect(await readSpillDepth()).toBeNull()
  })
})
