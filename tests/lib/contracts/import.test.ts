import { describe, expect, test } from 'vitest'
import { importMapping, importQuery } from '../../../lib/contracts/import'

describe('the mapping of columns', () => {
  test('names fields, properties and traits, and nothing else', () => {
    const mapping = { timestamp: 'date', event: '=purchase', 'properties.unit price': 'dollars', 'traits.plan': 'plan' }
    expect(importMapping.parse(mapping)).toEqual(mapping)
    for (const name of ['dollars', 'properties', 'properties.', 'actorId', 'ip']) {
      expect([name, importMapping.safeParse({ [name]: 'a' }).success]).toEqual([name, false])
    }
  })

  test('is JSON in a query', () => {
    expect(importQuery.parse({ format: 'csv', mapping: '{"event":"=a"}', delimiter: ';' })).toEqual({
      format: 'csv',
      mapping: { event: '=a' },
      delimiter: ';',
      project: 'default',
    })
    expect(importQuery.safeParse({ format: 'csv', mapping: 'event=a' }).success).toBe(false)
    expect(importQuery.safeParse({ format: 'csv', mapping: '{"nothing":"a"}' }).success).toBe(false)
  })
})

test('a delimiter is one character or has a name', () => {
  for (const [delimiter, isOne] of [
    [',', true],
    ['tab', true],
    ['whitespace', true],
    ['::', false],
    ['', false],
  ] as const) {
    expect([delimiter, importQuery.safeParse({ format: 'csv', delimiter }).success]).toEqual([delimiter, isOne])
  }
})
