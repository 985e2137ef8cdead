import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AppendRows, appendHalving, directSink } from '../../../lib/collect/event-sink'
import type { ProjectId } from '../../../lib/core/ids'

const projectId = 1 as ProjectId

/** A store in memory that refuses a whole batch with a negative row, as one transaction would. */
function memoryStore(): { append: AppendRows<number>; stored: Set<number>; calls: number[][] } {
  const stored = new Set<number>()
  const calls: number[][] = []
  const append: AppendRows<number> = async (_, rows) => {
    calls.push([...rows])
    if (rows.some((row) => row < 0)) return { ok: false, reason: 'refused' }
    const duplicates = rows.flatMap((row, position) => {
      const isKnown = stored.has(row)
      stored.add(row)
      return isKnown ? [position] : []
    })
    return { ok: true, duplicates }
  }
  return { append, stored, calls }
}

test('accepts the first of identical copies and calls the others duplicates', async () => {
  expect(await directSink(memoryStore().append).append(projectId, [1, 1, 2])).toEqual([
    'accepted',
    'duplicate',
    'accepted',
  ])
})

test('asks no store about nothing', async () => {
  const store = memoryStore()
  expect(await directSink(store.append).append(projectId, [])).toEqual([])
  expect(store.calls).toEqual([])
})

test('keeps every good row whatever bad ones stand beside it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: -3, max: 20 }), { maxLength: 60 }), async (rows) => {
      const store = memoryStore()
      const fates = await directSink(store.append).append(projectId, rows)
      const seen = new Set<number>()
      const expected = rows.map((row) => {
        if (row < 0) return 'refused'
        if (seen.has(row)) return 'duplicate'
        seen.add(row)
        return 'accepted'
      })
      expect(fates).toEqual(expected)
    }),
  )
})

test('finds one bad row among a thousand in 21 transactions', async () => {
  const store = memoryStore()
  const rows = Array.from({ length: 1_024 }, (_, index) => (index === 700 ? -1 : index))
  const fates = await appendHalving(store.append, projectId, rows)
  expect(fates.filter((fate) => fate === 'refused')).toHaveLength(1)
  expect(store.calls).toHaveLength(21)
})

test('passes an outage on', async () => {
  const sink = directSink<number>(() => Promise.reject(new Error('away')))
  await expect(sink.append(projectId, [1])).rejects.toThrow('away')
})

test('says of rows that were kept elsewhere that they are spilled', async () => {
  const sink = directSink<number>(async () => ({ ok: true, duplicates: [], fate: 'spilled' }))
  expect(await sink.append(projectId, [1, 2])).toEqual(['spilled', 'spilled'])
})

test('halves a batch of which a half is spilled, and says which', async () => {
  const sink = directSink<number>(async (_, rows) => {
    if (rows.length > 1) return { ok: false, reason: 'refused' }
    return rows[0] === 2 ? { ok: true, duplicates: [], fate: 'spilled' } : { ok: true, duplicates: [] }
  })
  expect(await sink.append(projectId, [1, 2])).toEqual(['accepted', 'spilled'])
})
