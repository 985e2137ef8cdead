import { describe, expect, it } from 'vitest'
import { readSourceFiles, type SourceFile } from '../support/source-files'

const METHODS = 'GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS'
const EXPORTED = new RegExp(`export\\s+(?:const|async function|function|let|var)\\s+(${METHODS})\\b([^\\n]*)`, 'g')

/** `app/api/projects/[slug]/route.ts` → `/api/projects/[slug]`; route groups vanish. */
const toRoutePath = (path: string): string =>
  `/${path
    .replace(/^app\//, '')
    .replace(/\([^)]*\)\//g, '')
    .replace(/\/?route\.ts$/, '')}`

/** Every exported method that is not `defineRoute('/its/own/path', …)`, and every route file that exports none. */
function findUndeclared(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const route = toRoutePath(path)
    const methods = [...text.matchAll(EXPORTED)]
    if (methods.length === 0) return [`${path}: exports no method`]
    return methods.flatMap(({ 1: method, 2: rest, index }) => {
      const declaration = text.slice(index + `export const ${method}`.length, index + 400).replaceAll(/\s+/g, ' ')
      const isDeclared = /^ ?= ?define\w*Route\(/.test(declaration) && declaration.includes(`'${route}'`)
      return isDeclared ? [] : [`${path}: ${method}${rest?.slice(0, 60)} is not defineRoute('${route}', …)`]
    })
  })
}

describe('every route', () => {
  const files = readSourceFiles('app').filter(({ path }) => path.endsWith('/route.ts'))

  it('is found', () => {
    expect(files.length).toBeGreaterThanOrEqual(15)
  })

  it('is a declaration that names its own path', () => {
    expect(findUndeclared(files)).toEqual([])
  })

  it.each([
    'export async function GET() { return new Response() }',
    "export const POST = defineRoute('/api/another', { permission: 'public' }, () => null)",
    'export const POST = handler',
    'const nothing = 1',
  ])('that is something else is refused: %s', (text) => {
    expect(findUndeclared([{ path: 'app/api/planted/route.ts', text }])).toHaveLength(1)
  })
})
