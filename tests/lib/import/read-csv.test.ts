import { expect, test } from 'vitest'
import { readCsvRecords } from '../../../lib/import/read-csv'
import { readAll, toBytes } from './bytes'

const read = (text: string, delimiter = ',') => readAll(readCsvRecords(toBytes(text, 5_000), delimiter))

test('rows are named by the header, with the line they begin on, quotes over lines included', async () => {
  const records = await read('a, b\n1,"two\nlines"\n3,"with ""quotes"", and"\n')
  expect(records).toMatchObject([
    { line: 2, ok: true, value: { a: '1', b: 'two\nlines' } },
    { line: 4, ok: true, value: { a: '3', b: 'with "quotes", and' } },
  ])
})

test('a row with another number of cells is unreadable, and the ones after it are read', async () => {
  const records = await read('a;b\n1\n2;3;4\n"x"y;5\n6;z"z\n', ';')
  expect(records.filter(({ ok }) => ok)).toMatchObject([
    { line: 4, value: { a: '"x"y', b: '5' } },
    { line: 5, value: { a: '6', b: 'z"z' } },
  ])
  expect(records.filter(({ ok }) => !ok).map(({ line }) => line)).toEqual([2, 3])
})

test('a quote that never closes, and a row without end, are faults: what they hide must not go unsaid', async () => {
  await expect(read('a,b\n1,2\n3,"open\n4,5\n')).rejects.toMatchObject({ code: 'invalid_request' })
  await expect(read(`a,b\n1,${'x'.repeat(1_100_000)}\n`)).rejects.toMatchObject({ code: 'invalid_request' })
})

test('a file of a header alone, and an empty one, have no rows', async () => {
  expect(await read('a,b\n')).toEqual([])
  expect(await read('')).toEqual([])
})

test('a fault of the file reaches the reader', async () => {
  async function* broken() {
    yield new TextEncoder().encode('a,b\n1,2\n')
    throw new Error('the disk is gone')
  }
  await expect(readAll(readCsvRecords(broken(), ','))).rejects.toThrow('the disk is gone')
})
