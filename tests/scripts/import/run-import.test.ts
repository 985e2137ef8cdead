import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Journal } from '../../../lib/import/journal'
import { runImport, type Send } from '../../../scripts/import/run-import'

const folder = mkdtempSync(join(tmpdir(), 'growth-run-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'a.csv')
writeFileSync(file, 'timestamp,event\n2026-03-10,a\nwhen,b\n2026-03-10,a\n2026-03-10,c\n')

test('counts the whole file, and says bad lines by their place in it, also those that the product refuses', async () => {
  const journal = new Journal()
  const send: Send = async (items) => ({
    accepted: items.length - 1,
    duplicates: 0,
    badLines: [{ line: items.length, reason: 'invalid_event' }],
  })
  const seen: number[] = []
  const progress = await runImport(
    file,
    { format: 'csv' },
    { journal, send, onProgress: (_, ratio) => seen.push(ratio) },
  )
  expect(progress).toEqual({ records: 4, accepted: 2, duplicates: 0, skipped: 0, rejected: 2 })
  expect([...journal.readBadLines()]).toEqual([
    { line: 3, reason: 'missing_timestamp' },
    { line: 5, reason: 'invalid_event' },
  ])
  expect(seen).toEqual([1])
  journal.close()
})

test('a batch that failed is sent again with the ids that it had', async () => {
  const path = join(folder, 'journal.sqlite')
  const sent: string[][] = []
  const attempt = async (failsAt: number) => {
    const journal = new Journal(path)
    let count = 0
    const send: Send = async (items) => {
      sent.push(items.map(({ id }) => id))
      count += 1
      if (count === failsAt) throw new Error('away')
      return { accepted: items.length, duplicates: 0, badLines: [] }
    }
    try {
      return await runImport(file, { format: 'csv' }, { journal, send, onProgress: () => {}, batchRecords: 1 })
    } catch {
      return null
    } finally {
      journal.close()
    }
  }
  expect(await attempt(2)).toBeNull()
  expect(await attempt(0)).toMatchObject({ records: 4, accepted: 3, rejected: 1 })
  expect(sent[2]).toEqual(sent[1])
  expect(new Set(sent.flat()).size).toBe(3)
})
