import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Journal } from '../../../lib/import/journal'

const folder = mkdtempSync(join(tmpdir(), 'growth-journal-'))
afterAll(() => rmSync(folder, { recursive: true }))
const progress = { records: 2, accepted: 1, duplicates: 0, skipped: 0, rejected: 1 }

test('counts equal contents, and nothing else', () => {
  const journal = new Journal()
  expect(['a', 'b', 'a', 'a', ''].map((content) => journal.countSeen(content))).toEqual([0, 0, 1, 2, 0])
  journal.close()
})

test('a session goes on for as long as nothing idles longer, in either direction', () => {
  const journal = new Journal()
  const at = (minutes: number, person = 'a') => journal.readSession(person, minutes * 60_000, 30 * 60_000)
  const first = at(100)
  expect([at(130), at(99), at(160)]).toEqual([first, first, first])
  expect(at(191)).not.toBe(first)
  expect(at(191, 'b')).not.toBe(at(191))
  journal.close()
})

test('what was committed is there after the process ended, and what came later is not', () => {
  const path = join(folder, 'journal.sqlite')
  const first = new Journal(path)
  first.countSeen('a')
  first.addBadLines([{ line: 7, reason: 'unreadable' }])
  first.commit(progress)
  first.countSeen('a')
  first.addBadLines([{ line: 8, reason: 'unreadable' }])
  first.close()
  const again = new Journal(path)
  expect(again.readProgress()).toEqual(progress)
  expect(again.countSeen('a')).toBe(1)
  expect([...again.readBadLines()]).toEqual([{ line: 7, reason: 'unreadable' }])
  again.close()
})
