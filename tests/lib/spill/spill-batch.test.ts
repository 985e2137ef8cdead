import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ProjectId } from '../../../lib/core/ids'
import { parseSpillBatch, type SpillBatch, toEntries } from '../../../lib/spill/spill-batch'

const batch = (rows: SpillBatch['rows']): SpillBatch => ({
  lane: 'events',
  projectId: 7 as ProjectId,
  rows,
  spilledMs: 1_000,
  failures: 0,
})

test('every row comes back once and in order, in entries of bounded size or of one row', () => {
  const row = fc.record({ id: fc.uuid(), text: fc.string({ maxLength: 80, unit: 'binary' }) })
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 50 }), fc.integer({ min: 1, max: 500 }), (rows, charsMax) => {
      const entries = toEntries(batch(rows), charsMax)
      const batches = entries.map(({ text }) => parseSpillBatch(text))
      expect(batches.flatMap((each) => each?.rows)).toEqual(rows)
      for (const [index, { text, rowCount }] of entries.entries()) {
        expect(batches[index]?.rows).toHaveLength(rowCount)
        expect(rowCount === 1 || text.length <= charsMax + 150).toBe(true)
        expect(batches[index]).toMatchObject({ lane: 'events', projectId: 7, spilledMs: 1_000, failures: 0 })
      }
    }),
  )
})

test('a batch of an earlier version has not failed yet', () => {
  const text = '{"lane":"ai","projectId":1,"rows":[{"id":"a"}],"spilledMs":5}'
  expect(parseSpillBatch(text)).toEqual({ lane: 'ai', projectId: 1, rows: [{ id: 'a' }], spilledMs: 5, failures: 0 })
})

test.each([
  '',
  'no json',
  'null',
  '[]',
  '{"lane":"unheard-of","projectId":1,"rows":[{}],"spilledMs":5}',
  '{"lane":"ai","projectId":1,"rows":[],"spilledMs":5}',
  '{"lane":"ai","projectId":1,"rows":[1],"spilledMs":5}',
  '{"lane":"ai","projectId":"1","rows":[{}],"spilledMs":5}',
])('is null for what is no batch: %s', (text) => {
  expect(parseSpillBatch(text)).toBeNull()
})
