import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AppError } from '../../../lib/core/errors'
import type { ProjectId } from '../../../lib/core/ids'
import { readSpillDepth } from '../../../lib/spill/spill-depth'
import { hasRedis } from '../../support/redis'
import { useRedis } from '../../support/redis-bridge'

const projectId = 1 as ProjectId
const away = () => Promise.reject(new AppError('store_unavailable', 'away'))

/** Modules of their own: the breaker and the spill of a fresh process. */
async function load() {
  vi.resetModules()
  return (await import('../../../lib/spill/spilling-lane')).spillingLane
}
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))
afterEach(() => void vi.restoreAllMocks())

test('without a Redis, passes the outage on', async () => {
  const append = (await load())('events', away)
  for (let i = 0; i < 5; i += 1) {
    await expect(append(projectId, [{ id: 'a' }])).rejects.toMatchObject({ code: 'store_unavailable' })
  }
})

describe.skipIf(!hasRedis)('with a Redis', () => {
  useRedis()

  test('spills, and what one lane learns of the store all lanes know', async () => {
    const spillingLane = await load()
    const events = spillingLane('events', away)
    for (let i = 0; i < 3; i += 1) expect(await events(projectId, [{ id: 'a' }])).toMatchObject({ fate: 'spilled' })
    const asked = vi.fn(away)
    expect(await spillingLane('vitals', asked)(projectId, [{ id: 'b' }])).toMatchObject({ fate: 'spilled' })
    expect(asked).not.toHaveBeenCalled()
    expect(await readSpillDepth()).toMatchObject({ entries: 4, rows: 4 })
  })
})
