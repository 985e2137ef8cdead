import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createBreaker } from '../../../lib/collect/breaker'
import type { AppendOutcome, AppendRows } from '../../../lib/collect/event-sink'
import { spillingAppend } from '../../../lib/collect/spilling-append'
import { AppError } from '../../../lib/core/errors'
import type { ProjectId } from '../../../lib/core/ids'

const projectId = 1 as ProjectId
const stored: AppendOutcome = { ok: true, duplicates: [1] }
const spilled: AppendOutcome = { ok: true, duplicates: [], fate: 'spilled' }
const away = () => new AppError('store_unavailable', 'away')

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A store that answers as the test says, and a spill that takes rows or does not. */
function prepare(append: AppendRows<string>, { canSpill = true } = {}) {
  const asked: string[][] = []
  const kept: string[][] = []
  const breaker = createBreaker({ nowMs: () => Date.now() })
  const run = spillingAppend<string>(
    (id, rows) => {
      asked.push([...rows])
      return append(id, rows)
    },
    async (_, rows) => {
      if (canSpill) kept.push([...rows])
      return canSpill
    },
    { breaker },
  )
  return { run, asked, kept }
}

test('touches no spill while the store answers, be it with a refusal', async () => {
  const refused: AppendOutcome = { ok: false, reason: 'refused', code: '22003' }
  const answers = [stored, refused]
  const { run, kept } = prepare(async () => answers.shift() ?? stored)
  expect([await run(projectId, ['a', 'b']), await run(projectId, ['c'])]).toEqual([stored, refused])
  expect(kept).toEqual([])
})

test('keeps the rows together outside a store that is away', async () => {
  const { run, kept } = prepare(() => Promise.reject(away()))
  expect(await run(projectId, ['a', 'b'])).toEqual(spilled)
  expect(kept).toEqual([['a', 'b']])
})

test('after three failures asks the store no more, but one request every two seconds', async () => {
  let isAway = true
  const { run, asked, kept } = prepare(() => (isAway ? Promise.reject(away()) : Promise.resolve(stored)))
  for (let i = 0; i < 10; i += 1) expect(await run(projectId, [String(i)])).toEqual(spilled)
  expect([asked.length, kept.length]).toEqual([3, 10])
  await vi.advanceTimersByTimeAsync(2_000)
  await Promise.all([run(projectId, ['a']), run(projectId, ['b'])])
  expect([asked.length, kept.length]).toEqual([4, 12])
  isAway = false
  await vi.advanceTimersByTimeAsync(2_000)
  expect(await run(projectId, ['c'])).toEqual(stored)
  expect(await run(projectId, ['d'])).toEqual(stored)
})

test('without a spill says that the store is away, at once when that is known', async () => {
  const { run, asked } = prepare(() => Promise.reject(away()), { canSpill: false })
  for (let i = 0; i < 5; i += 1) {
    await expect(run(projectId, ['a'])).rejects.toMatchObject({ code: 'store_unavailable' })
  }
  expect(asked).toHaveLength(3)
})

test('spills what a slow store has not answered within five seconds, and hears of no late failure', async () => {
  const { run, kept } = prepare(() => new Promise((_, reject) => setTimeout(() => reject(away()), 15_000)))
  const outcome = run(projectId, ['a'])
  await vi.advanceTimersByTimeAsync(4_999)
  expect(kept).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(await outcome).toEqual(spilled)
  await vi.advanceTimersByTimeAsync(20_000)
})

test('waits for a slow store when the rows cannot be spilled', async () => {
  const { run } = prepare(() => new Promise((resolve) => setTimeout(() => resolve(stored), 9_000)), { canSpill: false })
  const outcome = run(projectId, ['a', 'a'])
  await vi.advanceTimersByTimeAsync(9_000)
  expect(await outcome).toEqual(stored)
})

test('passes every other failure on and spills nothing for it', async () => {
  const { run, kept, asked } = prepare(() => Promise.reject(new TypeError('a fault of ours')))
  for (let i = 0; i < 5; i += 1) await expect(run(projectId, ['a'])).rejects.toThrow('a fault of ours')
  expect([kept.length, asked.length]).toEqual([0, 5])
})
