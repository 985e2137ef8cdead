import { expect, test } from 'vitest'
import { toProperties, toText } from '../../../lib/import/import-item'

test('a text is trimmed, a number written out, and everything else absent', () => {
  expect([' a ', '', '  ', 5, null, undefined, {}, Number.NaN].map(toText)).toEqual([
    'a',
    undefined,
    undefined,
    '5',
    ...Array(4).fill(undefined),
  ])
})

test('properties are an object, or JSON of one', () => {
  expect(toProperties('{"a":1}')).toEqual({ a: 1 })
  expect([toProperties(''), toProperties(null), toProperties(undefined)]).toEqual([{}, {}, {}])
  expect([toProperties('x'), toProperties('"{}"'), toProperties('[1]'), toProperties([1]), toProperties(5)]).toEqual(
    Array(5).fill(null),
  )
})
