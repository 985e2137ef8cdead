import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, test } from 'vitest'
import { readOpenApiDocument, toOperationId } from '../../../lib/http/openapi-document'

const document = readOpenApiDocument()
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)

function readReferences(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(readReferences)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) =>
    key === '$ref' && typeof each === 'string' ? [each] : readReferences(each),
  )
}

describe('the document of the API', () => {
  test('is OpenAPI 3.1 by the specification’s own schema', async () => {
    const result = await new Validator().validate(structuredClone(document) as unknown as Record<string, unknown>)
    expect(result.errors ?? []).toEqual([])
    expect(result.valid).toBe(true)
  })

  test('is refused by that schema when something is planted in it', async () => {
    const planted = structuredClone(document) as unknown as Record<string, unknown>
    planted.paths = { 'no/slash': { get: { responses: 5 } } }
    expect((await new Validator().validate(planted)).valid).toBe(false)
  })

  test('names every schema that it refers to', () => {
    const references = readReferences(document)
    expect(references.length).toBeGreaterThan(50)
    for (const reference of references) {
      const found = reference
        .slice(2)
        .split('/')
        .reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], document)
      expect([reference, typeof found]).toEqual([reference, 'object'])
    }
  })

  test('has an id of its own for every operation, and every part of a path among its parameters', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { path, operation } of operations) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      const given = (operation.parameters ?? []).filter((each) => each.in === 'path').map(({ name }) => name)
      expect([path, given]).toEqual([path, named])
    }
    expect(toOperationId('GET', '/api/people/[personId]')).toBe('getPeoplePersonId')
  })

  test('says what a report can be asked, as one writes it, and that it can be had as a table', () => {
    const { parameters = [], responses = {} } = document.paths['/api/analytics/events']?.get ?? {}
    const find = (name: string) => parameters.find((each) => each.name === name)
    expect(find('range')).toMatchObject({ in: 'query', required: false, schema: { enum: ['24h', '7d', '30d', '90d'] } })
    expect(find('from')?.schema).toEqual({ type: ['string', 'number'] })
    expect(find('format')?.schema).toMatchObject({ enum: ['csv', 'ndjson', 'json'] })
    expect(Object.keys((responses['200'] as { content: object }).content)).toEqual([
      'application/json',
      'text/csv',
      'application/x-ndjson',
    ])
  })

  test('says who may call it', () => {
    const rights = (path: string, method: string) => document.paths[path]?.[method]?.security
    expect(rights('/api/health', 'get')).toEqual([{}])
    expect(rights('/api/analytics/events', 'post')).toEqual([{}, { secretKey: [] }, { publishableKey: [] }])
    expect(rights('/api/projects/{slug}', 'patch')).toEqual([{ session: [] }])
    expect(rights('/api/jobs/roll-up', 'post')).toEqual([{ secretKey: [] }, { jobSecret: [] }])
  })
})
