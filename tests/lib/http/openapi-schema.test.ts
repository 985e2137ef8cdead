import { expect, test } from 'vitest'
import { z } from 'zod'
import { Components } from '../../../lib/http/openapi-schema'

test('equal schemas are kept once, recursive ones refer to themselves from the root', () => {
  const components = new Components()
  const a = components.add('A', z.object({ value: z.json() }), 'output')
  expect(a).toEqual({ $ref: '#/components/schemas/A' })
  expect(components.add('B', z.object({ value: z.json() }), 'output')).toEqual(a)
  expect(components.schemas.A).toMatchObject({ properties: { value: { $ref: '#/components/schemas/APart0' } } })
  expect(JSON.stringify(components.schemas.APart0)).toContain('"#/components/schemas/APart0"')
  expect(JSON.stringify(components.schemas)).not.toContain('$defs')
})

test('a query is its properties, required ones marked, whatever they are made into', () => {
  const query = z.object({ n: z.string().transform(Number), by: z.enum(['a']).default('a') })
  expect([...new Components().toProperties(query)]).toEqual([
    ['n', { schema: { type: 'string' }, isRequired: true }],
    ['by', { schema: { type: 'string', enum: ['a'], default: 'a' }, isRequired: false }],
  ])
  expect(() => new Components().toProperties(z.string())).toThrow('object')
})
