import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AppendRows, directSink } from '../../../lib/collect/event-sink'
import { parkingAppend } from '../../../lib/collect/parking-append'
import type { ProjectId } from '../../../lib/core/ids'

const projectId = 1 as ProjectId
/** Refuses a batch with a negative row, for the reason that is its number. */
const append: AppendRows<number> = async (_, rows) => {
  const bad = rows.find((row) => row < 0)
  return bad === undefined ? { ok: true, duplicates: [] } : { ok: false, reason: 'refused', code: String(bad) }
}

test('parks each bad row once, with its own code, and stores every good one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: -5, max: 20 }), { maxLength: 40 }), async (rows) => {
      const parked: [number, string | undefined][] = []
      const sink = directSink(
        parkingAppend(append, async (_, row, code) => {
          parked.push([row, code])
          return true
        }),
      )
      expect(await sink.append(projectId, rows)).toEqual(rows.map((row) => (row < 0 ? 'parked' : 'accepted')))
      expect(parked).toEqual(rows.filter((row) => row < 0).map((row) => [row, String(row)]))
    }),
  )
})

test('a row that cannot even be parked is refused, and its neighbours are kept', async () => {
  const sink = directSink(parkingAppend(append, async (_, row) => row !== -2))
  expect(await sink.append(projectId, [1, -1, -2, 2])).toEqual(['accepted', 'parked', 'refused', 'accepted'])
})

test('says nothing of a batch while its bad row can be neither stored nor parked', async () => {
  const sink = directSink(parkingAppend(append, () => Promise.reject(new Error('away'))))
  await expect(sink.append(projectId, [1, -1])).rejects.toThrow('away')
})
