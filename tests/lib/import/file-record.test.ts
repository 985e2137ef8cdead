import { expect, test } from 'vitest'
import { toRow } from '../../../lib/import/file-record'

test('rows of equal cells have equal content, whatever the header calls them', () => {
  const [one, other] = [toRow(2, ['a'], ['x']), toRow(9, ['b'], ['x'])]
  expect(one.ok && other.ok && one.content === other.content).toBe(true)
  expect(toRow(2, ['a', 'b'], ['x'])).toEqual({ line: 2, ok: false, reason: 'unreadable' })
})
