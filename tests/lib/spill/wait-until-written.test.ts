import type { Redis } from '@upstash/redis/cloudflare'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { waitUntilWritten } from '../../../lib/spill/wait-until-written'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

/** A Redis that tells of its file what the test says, the last for ever. A real one holds nothing back on request. */
function tell(...states: string[]) {
  let asked = 0
  const exec = async () => states[Math.min(asked++, states.length - 1)]
  return { redis: { exec } as unknown as Redis, count: () => asked }
}
const info = (fileBytes: number, heldBytes: number) => `aof_current_size:${fileBytes}\naof_buffer_length:${heldBytes}`

test.each([
  ['nothing is held back', [info(100, 0)], 1],
  ['Redis says nothing of it, as Upstash', ['upstash_version:1'], 1],
  ['it has been written', [info(100, 9), info(100, 20), info(109, 0)], 3],
  ['the file has grown past it, though others write on', [info(100, 9), info(105, 30), info(109, 30)], 3],
  ['a new file took its place', [info(100, 9), info(20, 5), info(20, 0)], 3],
])('settles when %s', async (_, states, asks) => {
  const { redis, count } = tell(...states)
  const written = waitUntilWritten(redis)
  await vi.advanceTimersByTimeAsync(100)
  await written
  expect(count()).toBe(asks)
})

test('gives up on a Redis that holds back for ever', async () => {
  const written = expect(waitUntilWritten(tell(info(100, 9)).redis)).rejects.toThrow('holds back')
  await vi.advanceTimersByTimeAsync(4_000)
  await written
})
