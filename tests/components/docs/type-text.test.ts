import { expect, test } from 'vitest'
import { z } from 'zod'
import { toTypeText } from '../../../components/docs/type-text'

const read = (schema: z.ZodType) => toTypeText(z.toJSONSchema(schema) as Record<string, unknown>, {})

test('objects are written a property a line, optional ones marked', () => {
  expect(
    read(
      z.object({
        n: z.int(),
        at: z.iso.datetime().optional(),
        list: z.array(z.enum(['a', 'b'])),
        'two words': z.string().nullable(),
      }),
    ),
  ).toBe('{\n  n: integer\n  at?: string (date-time)\n  list: ("a" | "b")[]\n  "two words": string | null\n}')
  expect(read(z.array(z.object({ a: z.object({ b: z.literal(1) }) })))).toBe('{\n  a: {\n    b: 1\n  }\n}[]')
  expect(read(z.record(z.string(), z.number()))).toBe('{ [name]: number }')
  expect(toTypeText({}, {})).toBe('any')
})

test('references are written out, but not for ever', () => {
  const schemas = { A: { type: 'object', properties: { a: { $ref: '#/components/schemas/A' } }, required: ['a'] } }
  expect(toTypeText({ $ref: '#/components/schemas/A' }, schemas)).toBe('{\n  a: A\n}')
  expect(toTypeText({ $ref: '#/components/schemas/Nobody' }, schemas)).toBe('Nobody')
})
