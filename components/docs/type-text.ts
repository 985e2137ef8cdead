import type { JsonSchema } from '@/lib/contracts/openapi'

type Schemas = Readonly<Record<string, JsonSchema>>

/** Levels of objects that are written out; deeper ones are `{ … }`. */
const DEPTH_MAX = 6

/**
 * A schema as a person reads it, in the notation of TypeScript: `{ events: integer; next?: string | null }`, one property a line.
 * References are written out but where they lead back into themselves.
 */
export function toTypeText(schema: JsonSchema, schemas: Schemas): string {
  return write(schema, { schemas, indent: '', path: [], depth: 0 })
}

type Place = { schemas: Schemas; indent: string; path: readonly string[]; depth: number }

function write(schema: JsonSchema, place: Place): string {
  if (typeof schema.$ref === 'string') return writeReference(schema.$ref, place)
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (Array.isArray(schema.enum)) return schema.enum.map((each) => JSON.stringify(each)).join(' | ')
  const choices = schema.anyOf ?? schema.oneOf
  if (Array.isArray(choices)) return join(choices as JsonSchema[], ' | ', place)
  if (Array.isArray(schema.allOf)) return join(schema.allOf as JsonSchema[], ' & ', place)
  if (Array.isArray(schema.type)) return schema.type.join(' | ')
  if (schema.type === 'array') return writeList(schema, place)
  if (schema.type === 'object') return writeObject(schema, place)
  return typeof schema.type === 'string' ? writeScalar(schema) : 'any'
}

function join(schemas: readonly JsonSchema[], sign: string, place: Place): string {
  return [...new Set(schemas.map((each) => write(each, place)))].join(sign)
}

function writeReference(reference: string, place: Place): string {
  const name = reference.replace('#/components/schemas/', '')
  const schema = place.schemas[name]
  if (!schema || place.path.includes(name)) return name.replace(/^.*Part\d+$/, 'JSON')
  return write(schema, { ...place, path: [...place.path, name] })
}

function writeList(schema: JsonSchema, place: Place): string {
  const item = write((schema.items as JsonSchema | undefined) ?? {}, place)
  return /[|&]/.test(item) && !item.startsWith('{') ? `(${item})[]` : `${item}[]`
}

function writeObject(schema: JsonSchema, place: Place): string {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>)
  const rest = schema.additionalProperties
  if (properties.length === 0) {
    const value = typeof rest === 'object' && rest !== null ? write(rest as JsonSchema, place) : 'any'
    return `{ [name]: ${value} }`
  }
  if (place.depth >= DEPTH_MAX) return '{ … }'
  const indent = `${place.indent}  `
  const required = (schema.required ?? []) as string[]
  const lines = properties.map(([name, each]) => {
    const type = write(each, { ...place, indent, depth: place.depth + 1 })
    return `${indent}${/^\w+$/.test(name) ? name : JSON.stringify(name)}${required.includes(name) ? '' : '?'}: ${type}`
  })
  return `{\n${lines.join('\n')}\n${place.indent}}`
}

function writeScalar({ type, format }: JsonSchema): string {
  return typeof format === 'string' && format !== 'regex' ? `${type} (${format})` : String(type)
}
