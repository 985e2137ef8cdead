import { expect, test } from 'vitest'
import { parseMapping } from '../../../components/import/parse-mapping'

test('a line names a field and a column, or after a second sign a constant', () => {
  expect(parseMapping('timestamp = date\n\n event==purchase\nproperties.unit price = a=b ')).toEqual({
    ok: true,
    mapping: { timestamp: 'date', event: '=purchase', 'properties.unit price': 'a=b' },
  })
  expect(parseMapping('')).toEqual({ ok: true, mapping: {} })
})

test('a line that lacks one of them is said', () => {
  for (const line of ['timestamp', '= date', 'timestamp =']) {
    expect(parseMapping(`event = a\n${line}`)).toEqual({ ok: false, fault: `“${line}” lacks a field or a column.` })
  }
})
