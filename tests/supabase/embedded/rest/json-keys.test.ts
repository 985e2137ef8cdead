import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readTopLevelKeys } from '../../../../supabase/embedded/rest/json-keys'

test('finds the keys that JSON.parse finds, whatever stands in keys and values', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), fc.nat(2), (object, indent) => {
      expect(new Set(readTopLevelKeys(JSON.stringify(object, null, indent)))).toEqual(new Set(Object.keys(object)))
    }),
  )
})

test('finds keys behind braces, quotes and backslashes inside strings', () => {
  expect(readTopLevelKeys(String.raw`{"a\"}": "\\", "b": ["{\"c\": 1}", {"d": "]"}], "é": null}`)).toEqual([
    'a"}',
    'b',
    'é',
  ])
})

test('an empty text has no keys; what is no object is null', () => {
  expect(readTopLevelKeys('')).toEqual([])
  expect(readTopLevelKeys(' {} ')).toEqual([])
  for (const text of ['[]', '7', '"x"', 'null', '{', '}', '{"a": [1}', '{"a', '{"\\x": 1}']) {
    expect(readTopLevelKeys(text)).toBeNull()
  }
})
