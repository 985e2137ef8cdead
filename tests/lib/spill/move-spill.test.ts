import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AppError } from '../../../lib/core/errors'
import type { ProjectId } from '../../../lib/core/ids'
import { type MoveOptions, moveSpill } from '../../../lib/spill/move-spill'
import { readSpillDepth } from '../../../lib/spill/spill-depth'
import { SPILL_KEY, SPILL_LEASE_KEY } from '../../../lib/spill/spill-keys'
import { createSpill } from '../../../lib/spill/spill-rows'
import { hasRedis, startRedis } from '../../support/redis'
import { useRedis, waitForRedis } from '../../support/redis-bridge'

const one = 1 as ProjectId
const two = 2 as ProjectId
const nothing = { drained: 0, duplicates: 0, parked: 0, left: 0, isBusy: false }

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  vi.spyOn(console, 'log').mockImplementation(() => {})
})
afterEach(() => void vi.restoreAllMocks())

/**
 * Tables in memory that take a batch as a transaction would: `bad…` is refused, `worse…` cannot even be parked, `poison…` makes the
 * store fail although it is there.
 */
function createTables() {
  const stored: string[] = []
  const letters: { id: string; reason: string; code?: string | undefined }[] = []
  const batches: number[] = []
  const state = { isAway: false }
  const options: MoveOptions = {
    append: async (lane, projectId, rows) => {
      if (state.isAway) throw new AppError('store_unavailable', 'away')
      const ids = rows.map(({ id }) => `${lane}:${projectId}:${id}`)
      const has = (word: string) => rows.some(({ id }) => String(id).startsWith(word))
      if (has('poison')) throw new AppError('store_unavailable', 'an internal error')
      if (has('bad') || has('worse')) return { ok: false, reason: 'refused', code: '22003' }
      batches.push(rows.length)
      return {
        ok: true,
        duplicates: ids.flatMap((id, index) => (stored.includes(id) || !stored.push(id) ? [index] : [])),
      }
    },
    park: async (_, __, { row, reason, code }) => {
      if (state.isAway) throw new AppError('store_unavailable', 'away')
      if (String(row.id).startsWith('worse')) return false
      letters.push({ id: String(row.id), reason, code })
      return true
    },
  }
  return { options, stored, letters, batches, state }
}

test('has nothing to do without a Redis', async () => {
  expect(await moveSpill(createTables().options)).toEqual(nothing)
})

describe.skipIf(!hasRedis)('emptying the spill', () => {
  const redis = useRedis()
  const spill = createSpill()
  beforeEach(async () => {
    await redis.server.call('FLUSHALL')
  })
  const add = (...ids: string[]) =>
    spill(
      'events',
      one,
      ids.map((id) => ({ id })),
    )

  test('does nothing when it is empty', async () => {
    expect(await moveSpill(createTables().options)).toEqual(nothing)
  })

  test('moves every row once, in order, alike ones together', async () => {
    const tables = createTables()
    await add('a', 'b')
    await add('c')
    await spill('vitals', one, [{ id: 'd' }])
    await spill('vitals', two, [{ id: 'e' }])
    await add('f', 'a')
    expect(await moveSpill(tables.options)).toEqual({ ...nothing, drained: 6, duplicates: 1 })
    expect(tables.stored).toEqual(['events:1:a', 'events:1:b', 'events:1:c', 'vitals:1:d', 'vitals:2:e', 'events:1:f'])
    expect(tables.batches).toEqual([3, 1, 1, 2])
    expect(await readSpillDepth()).toEqual({ entries: 0, rows: 0, oldestMs: null })
  })

  test('moves transactions of a thousand rows at most', async () => {
    const tables = createTables()
    for (let index = 0; index < 30; index += 1) {
      await add(...Array.from({ length: 90 }, (_, row) => `${index}:${row}`))
    }
    expect(await moveSpill(tables.options)).toMatchObject({ drained: 2_700, left: 0 })
    expect(Math.max(...tables.batches)).toBe(990)
  })

  test('parks refused rows with their code, keeps their neighbours, and tells of both', async () => {
    const tables = createTables()
    const moved: [ProjectId, object][] = []
    await add('a', 'bad1', 'b')
    await add('bad2', 'c', 'a')
    const answer = await moveSpill({ ...tables.options, onMoved: (...call) => void moved.push(call) })
    expect(answer).toEqual({ ...nothing, drained: 3, duplicates: 1, parked: 2 })
    expect(tables.stored).toEqual(['events:1:a', 'events:1:b', 'events:1:c'])
    expect(tables.letters).toEqual([
      { id: 'bad1', reason: 'refused_by_store', code: '22003' },
      { id: 'bad2', reason: 'refused_by_store', code: '22003' },
    ])
    expect(moved).toEqual([[one, { stored: 4, parked: 2 }]])
  })

  test('keeps a row that can be neither stored nor parked, and nothing waits behind it', async () => {
    const tables = createTables()
    await add('a', 'worse', 'b')
    await add('c')
    expect(await moveSpill(tables.options)).toEqual({ ...nothing, drained: 3, left: 1 })
    await add('d')
    expect(await moveSpill(tables.options)).toEqual({ ...nothing, drained: 1, left: 1 })
    expect(await readSpillDepth()).toMatchObject({ entries: 1, rows: 1 })
  })

  test('finds the one row that makes the store fail, parks it, and nothing waits behind it', async () => {
    const tables = createTables()
    const ids = Array.from({ length: 60 }, (_, index) => (index === 37 ? 'poison' : `row-${index}`))
    await add(...ids)
    await add('behind')
    let runs = 0
    for (let left = 1; left > 0; runs += 1) {
      left = (await moveSpill(tables.options)).left
      expect(tables.stored).toContain('events:1:behind')
      expect(runs).toBeLessThan(12)
    }
    expect(tables.letters).toEqual([{ id: 'poison', reason: 'failed_in_store', code: undefined }])
    expect(tables.stored).toHaveLength(60)
  })

  test('leaves everything where it is while the store is away', async () => {
    const tables = createTables()
    await add('a')
    await spill('vitals', one, [{ id: 'b' }])
    tables.state.isAway = true
    expect(await moveSpill(tables.options)).toEqual({ ...nothing, left: 2 })
    expect(await redis.server.call('EXISTS', SPILL_LEASE_KEY)).toBe(0)
    tables.state.isAway = false
    expect(await moveSpill(tables.options)).toEqual({ ...nothing, drained: 2 })
  })

  test('passes by entries that are no batches, and leaves them there', async () => {
    const tables = createTables()
    await redis.server.call('XADD', SPILL_KEY, '*', 'batch', 'no batch')
    await add('a')
    expect(await moveSpill(tables.options)).toMatchObject({ drained: 1 })
    expect(await readSpillDepth()).toMatchObject({ entries: 1 })
  })

  test('is one drainer’s work at a time; the others say so', async () => {
    const tables = createTables()
    for (let index = 0; index < 20; index += 1) await add(`row-${index}`)
    const answers = await Promise.all(Array.from({ length: 5 }, () => moveSpill(tables.options)))
    expect(answers.filter(({ isBusy }) => !isBusy)).toHaveLength(1)
    expect(tables.stored).toHaveLength(20)
  })

  test('begins nothing after its time', async () => {
    const tables = createTables()
    await add('a')
    expect(await moveSpill({ ...tables.options, budgetMs: 0 })).toEqual({ ...nothing, left: 1 })
  })

  test('leaves what comes in meanwhile to the next run', async () => {
    const tables = createTables()
    await add('a')
    const { append } = tables.options
    const answer = await moveSpill({
      ...tables.options,
      append: async (...call) => {
        await add(`later-${tables.stored.length}`)
        return append(...call)
      },
    })
    expect(answer).toEqual({ ...nothing, drained: 1, left: 1 })
  })

  test('says that Redis is away, and nothing of what it was sent', async () => {
    const tables = createTables()
    await add('a')
    await redis.server.kill()
    await expect(moveSpill(tables.options)).rejects.toMatchObject({ code: 'store_unavailable' })
    redis.server = await startRedis({ dir: redis.server.dir, port: redis.server.port })
    await waitForRedis(redis.url)
    expect(await moveSpill(tables.options)).toEqual({ ...nothing, drained: 1 })
  })

  test('accounts for every row, however runs are broken off between their steps', async () => {
    const entries = fc.array(
      fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'bad', 'poison'), { minLength: 1, maxLength: 6 }),
      {
        minLength: 1,
        maxLength: 6,
      },
    )
    await fc.assert(
      fc.asyncProperty(entries, fc.array(fc.boolean(), { maxLength: 40 }), async (sent, breaks) => {
        await redis.server.call('FLUSHALL')
        const tables = createTables()
        let serial = 0
        const ids = sent.map((entry) => entry.map((word) => `${word}-${serial++}`))
        for (const entry of ids) await add(...entry)
        // A drainer that dies after its commit is one whose answer nobody hears.
        const broken: MoveOptions = {
          ...tables.options,
          append: async (...call) => {
            const outcome = await tables.options.append(...call)
            if (breaks.pop()) throw new AppError('store_unavailable', 'the answer was lost')
            return outcome
          },
        }
        for (let left = 1, runs = 0; left > 0; runs += 1) {
          left = (await moveSpill(broken)).left
          expect(runs).toBeLessThan(60)
        }
        const good = ids.flat().filter((id) => !/bad|poison/.test(id))
        const kept = tables.stored.map((id) => id.slice('events:1:'.length))
        const parked = new Set(tables.letters.map(({ id }) => id))
        expect(new Set(kept).size).toBe(kept.length)
        expect(good.filter((id) => !kept.includes(id) && !parked.has(id))).toEqual([])
        expect(ids.flat().filter((id) => !kept.includes(id) && !parked.has(id))).toEqual([])
      }),
      { numRuns: 25 },
    )
  })
})
