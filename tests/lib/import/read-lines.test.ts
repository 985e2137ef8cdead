import { expect, test } from 'vitest'
import { readLines } from '../../../lib/import/read-lines'
import { readAll, toBytes } from './bytes'

const read = async (text: string, pieceBytes?: number, lineBytesMax?: number) =>
  (await readAll(readLines(toBytes(text, pieceBytes), lineBytesMax))).map(({ line, text }) => [line, text])

test('lines end with LF or CRLF, the last one with the file; a byte order mark goes', async () => {
  for (const pieceBytes of [1, 2, 3, 100]) {
    expect(await read('\ufeffone\r\n\ntwö\nlast', pieceBytes)).toEqual([
      [1, 'one'],
      [2, ''],
      [3, 'twö'],
      [4, 'last'],
    ])
  }
  expect(await read('one\n')).toEqual([[1, 'one']])
  expect(await read('')).toEqual([])
})

test('a line that is too long is said, and the next one is read', async () => {
  expect(await read(`ab\n${'x'.repeat(100)}\ncd`, 7, 10)).toEqual([
    [1, 'ab'],
    [2, null],
    [3, 'cd'],
  ])
})
