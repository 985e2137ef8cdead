import { expect, test } from 'vitest'
import { readRecords } from '../../../lib/import/read-records'
import { readAll, toBytes } from './bytes'

test('lines of JSON are objects; what is none is unreadable, and blank lines are no records', async () => {
  const records = await readAll(readRecords(toBytes('{"a":1}\n\n[1]\nx\nnull\n{"b":2}'), { format: 'ndjson' }))
  expect(records).toMatchObject([
    { line: 1, ok: true, value: { a: 1 }, content: '{"a":1}' },
    { line: 3, ok: false, reason: 'unreadable' },
    { line: 4, ok: false },
    { line: 5, ok: false },
    { line: 6, ok: true },
  ])
})

test('columns may be separated by any run of blanks', async () => {
  const file = ' id  date amount\r\n 00001 19970101  11.77\r\n 00002 19970112\r\n'
  const records = await readAll(readRecords(toBytes(file), { format: 'csv', delimiter: 'whitespace' }))
  expect(records).toMatchObject([
    { line: 2, ok: true, value: { id: '00001', date: '19970101', amount: '11.77' } },
    { line: 3, ok: false, reason: 'unreadable' },
  ])
})

test('tabs separate where they are asked for', async () => {
  const records = await readAll(readRecords(toBytes('a\tb\n1\t2,3\n'), { format: 'csv', delimiter: 'tab' }))
  expect(records).toMatchObject([{ value: { a: '1', b: '2,3' } }])
})
