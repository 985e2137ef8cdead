import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ProjectId } from '../../../lib/core/ids'
import { readSpillDepth } from '../../../lib/spill/spill-depth'
import { hasRedis } from '../../support/redis'
import { useRedis } from '../../support/redis-bridge'

const projectId = 1 as ProjectId

/** Modules of their own: the breaker and the spill of a fresh process. */
async function load() {
  vi.resetModules()
  const { AppError } = await import('../../../lib/core/errors')
  const { spillingLane } = await import('../../../lib/spill/spilling-lane')
  return { spillingLane, away: () => Promise.reject(new AppError('store_unavailable', 'away')) }
}
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))
afterEach(() => void vi.restoreAllMocks())

test('without a Redis, passes the outage on', async () => {
  const { spillingLane, away } = await load()
  const append = spillingLane('events', away)
  for (let i = 0; i < 5; i += 1) {
    await expect(append(projectId, [{ id: 'a' }])).rejects.toMatchObject({ code: 'store_unavailable' })
  }
})

describe.skipIf(!hasRedis)('with a Redis', () => {
  useRedis()

  test('spills, and what one lane learns of the store all lanes know', async () => {
    const { spillingLane, away } = await load()
    const events = spillingLane('events', away)
    for (let i = 0; i < 3; i += 1) expect(await events(projectId, [{ id: 'a' }])).toMatchObject({ fate: 'spilled' })
    const asked = vi.fn(away)
    expect(await spillingLane('vitals', asked)(projectId, [{ id: 'b' }])).toMatchObject({ fate: 'spilled' })
    expect(asked).not.toHaveBeenCalled()
    expect(await readSpillDepth()).toMatchObject({ entries: 4, rows: 4 })
  })
})
