import { z } from 'zod'
import type { JsonSchema } from '../contracts/openapi'

/**
 * The schemas of a document, each under a name of its own. What zod shares inside one of them is lifted out, so that every
 * reference resolves from the document's root; equal ones are kept once.
 */
export class Components {
  readonly schemas: Record<string, JsonSchema> = {}
  readonly #names = new Map<string, string>()

  /** Adds a schema, as it is written (`input`) or as it is answered (`output`); gives the reference to it. */
  add(name: string, schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    return this.#keep(name, this.#convert(name, schema, io))
  }

  /** The properties of an object as it is written, with their schemas, in order. Throws for what is no object. */
  toProperties(schema: z.ZodType): Map<string, { schema: JsonSchema; isRequired: boolean }> {
    const { properties, required = [] } = this.#convert('Query', schema, 'input') as {
      properties?: Record<string, JsonSchema>
      required?: string[]
    }
    if (!properties) throw new TypeError('expected the schema of an object')
    return new Map(
      Object.entries(properties).map(([name, each]) => [name, { schema: each, isRequired: required.includes(name) }]),
    )
  }

  #convert(name: string, schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const {
      $schema: _,
      $defs = {},
      ...whole
    } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonSchema & {
      $defs?: Record<string, JsonSchema>
    }
    const targets = new Map<string, string>()
    for (const [key, definition] of Object.entries($defs))
      targets.set(`#/$defs/${key}`, this.#toName(`${name}${toSuffix(key)}`, definition))
    const resolve = (value: unknown): unknown => replaceReferences(value, targets)
    for (const [key, definition] of Object.entries($defs)) {
      this.schemas[targets.get(`#/$defs/${key}`) as string] = resolve(definition) as JsonSchema
    }
    return resolve(whole) as JsonSchema
  }

  #keep(name: string, schema: JsonSchema): JsonSchema {
    const kept = this.#toName(name, schema)
    this.schemas[kept] = schema
    return { $ref: `#/components/schemas/${kept}` }
  }

  // Recursive schemas are equal when their texts are: zod numbers what they share in one order.
  #toName(name: string, schema: JsonSchema): string {
    const text = JSON.stringify(schema)
    const known = this.#names.get(text)
    if (known) return known
    this.#names.set(text, name)
    return name
  }
}

function toSuffix(key: string): string {
  return key.replace(/^__schema/, 'Part').replace(/[^A-Za-z0-9]/g, '')
}

function replaceReferences(value: unknown, targets: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((each) => replaceReferences(each, targets))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      const target = key === '$ref' && typeof each === 'string' ? targets.get(each) : undefined
      return [key, target ? `#/components/schemas/${target}` : replaceReferences(each, targets)]
    }),
  )
}
