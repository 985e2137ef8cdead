import { expect, test } from 'vitest'
import { toCsvLine } from '../../../lib/core/csv'

test('cells are quoted where RFC 4180 asks for it, and absent ones are empty', () => {
  expect(toCsvLine(['a', 'b,c', 'say "hi"', 'two\nlines', null, undefined, '', 1.5, false])).toBe(
    'a,"b,c","say ""hi""","two\nlines",,,,1.5,false\r\n',
  )
  expect(toCsvLine([{ a: [1] }, []])).toBe('"{""a"":[1]}",[]\r\n')
})

test('nothing that somebody typed runs as a formula; numbers stay numbers', () => {
  expect(toCsvLine(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', -1])).toBe(
    `'=1+1,'+1,'-1,'@SUM(A1),'\tx,"'\rx",-1\r\n`,
  )
})
