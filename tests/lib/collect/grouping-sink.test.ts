import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AppendRows } from '../../../lib/collect/event-sink'
import { groupingSink } from '../../../lib/collect/grouping-sink'
import type { ProjectId } from '../../../lib/core/ids'

const one = 1 as ProjectId
const two = 2 as ProjectId

/** A store whose transactions end when the test says so; a row is a text, stored once; `bad…` is refused. */
function heldStore() {
  const stored = new Set<string>()
  const calls: { projectId: ProjectId; rows: readonly string[]; end: (error?: Error) => void }[] = []
  const append: AppendRows<string> = (projectId, rows) =>
    new Promise((resolve, reject) => {
      const end = (error?: Error) => {
        if (error) return reject(error)
        if (rows.some((row) => row.startsWith('bad'))) return resolve({ ok: false, reason: 'refused' })
        const duplicates = rows.flatMap((row, position) => (stored.has(row) || !stored.add(row) ? [position] : []))
        resolve({ ok: true, duplicates })
      }
      calls.push({ projectId, rows, end })
    })
  return { append, calls, stored }
}
const tick = () => new Promise((resolve) => setImmediate(resolve))

test('sends a lone request at once and groups what arrives meanwhile', async () => {
  const store = heldStore()
  const sink = groupingSink(store.append)
  const first = sink.append(one, ['a'])
  await tick()
  expect(store.calls.map(({ rows }) => rows)).toEqual([['a']])
  const second = sink.append(one, ['b', 'a'])
  const third = sink.append(one, ['b', 'c'])
  await tick()
  expect(store.calls).toHaveLength(1)
  store.calls[0]?.end()
  expect(await first).toEqual(['accepted'])
  await tick()
  expect(store.calls[1]?.rows).toEqual(['b', 'a', 'b', 'c'])
  store.calls[1]?.end()
  expect(await second).toEqual(['accepted', 'duplicate'])
  expect(await third).toEqual(['duplicate', 'accepted'])
})

test('lets projects pass each other', async () => {
  const store = heldStore()
  const sink = groupingSink(store.append)
  void sink.append(one, ['a'])
  const other = sink.append(two, ['b'])
  await tick()
  store.calls.find(({ projectId }) => projectId === two)?.end()
  expect(await other).toEqual(['accepted'])
})

test('answers nobody before the commit, and an outage fails everyone of the group and nobody after it', async () => {
  const store = heldStore()
  const sink = groupingSink(store.append)
  const first = sink.append(one, ['a'])
  const grouped = [sink.append(one, ['b']), sink.append(one, ['c'])]
  const outcomes = Promise.allSettled(grouped)
  await tick()
  store.calls[0]?.end()
  await first
  await tick()
  store.calls[1]?.end(new Error('away'))
  expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  const later = sink.append(one, ['b'])
  await tick()
  store.calls[2]?.end()
  expect(await later).toEqual(['accepted'])
})

test('tells every request of a spilled group so', async () => {
  const sink = groupingSink<string>(async () => ({ ok: true, duplicates: [], fate: 'spilled' }))
  const fates = await Promise.all([sink.append(one, ['a']), sink.append(one, ['b', 'c']), sink.append(one, ['d'])])
  expect(fates).toEqual([['spilled'], ['spilled', 'spilled'], ['spilled']])
})

test('one bad row is refused alone: its neighbours and the other requests of its group are kept', async () => {
  const store = heldStore()
  const sink = groupingSink(store.append)
  const endAll = async () => {
    for (let i = 0; i < 10; i += 1) {
      await tick()
      for (const { end } of store.calls) end()
    }
  }
  const requests = [sink.append(one, ['a']), sink.append(one, ['b', 'bad', 'c']), sink.append(one, ['d'])]
  await endAll()
  expect(await Promise.all(requests)).toEqual([['accepted'], ['accepted', 'refused', 'accepted'], ['accepted']])
  expect([...store.stored].sort()).toEqual(['a', 'b', 'c', 'd'])
})

test('bounds what waits, but never refuses a request for its own size', async () => {
  const store = heldStore()
  const sink = groupingSink(store.append, { pendingRowsMax: 3 })
  const large = sink.append(one, ['a', 'b', 'c', 'd'])
  await expect(sink.append(one, ['e'])).rejects.toMatchObject({ code: 'overloaded', status: 503 })
  await tick()
  store.calls[0]?.end()
  expect(await large).toHaveLength(4)
  await tick()
  const next = sink.append(one, ['e'])
  await tick()
  store.calls[1]?.end()
  expect(await next).toEqual(['accepted'])
})

test('keeps transactions at their size, one request at least', async () => {
  const store = heldStore()
  const sink = groupingSink(store.append, { groupRowsMax: 2 })
  const all = [['a'], ['b'], ['c'], ['d', 'e', 'f'], ['g']].map((rows) => sink.append(one, rows))
  for (let i = 0; i < 5; i += 1) {
    await tick()
    for (const { end } of store.calls) end()
  }
  await Promise.all(all)
  expect(store.calls.map(({ rows }) => rows.join(''))).toEqual(['a', 'bc', 'def', 'g'])
})

test('accounts for every row of every request, however they are grouped', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'bad1'), { maxLength: 5 }), { maxLength: 8 }),
      async (requests) => {
        const stored = new Set<string>()
        const sink = groupingSink<string>(async (_, rows) => {
          await Promise.resolve()
          if (rows.some((row) => row.startsWith('bad'))) return { ok: false, reason: 'refused' }
          return { ok: true, duplicates: rows.flatMap((row, i) => (stored.has(row) || !stored.add(row) ? [i] : [])) }
        })
        const fates = await Promise.all(requests.map((rows) => sink.append(one, rows)))
        expect(fates.map((each) => each.length)).toEqual(requests.map((rows) => rows.length))
        expect(fates.flat().filter((fate) => fate === 'accepted')).toHaveLength(stored.size)
      },
    ),
  )
})
