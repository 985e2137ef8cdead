import { describe, expect, it } from 'vitest'
import { readSourceFiles, type SourceFile } from '../support/source-files'

/** A file that decides something: it has a function, a class, or a schema that transforms or refines. */
const holdsLogic = (text: string): boolean =>
  /\bfunction\b|=>|\bclass\s/.test(text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, ''))

const isTestOf = (source: string, test: string): boolean => {
  const stem = `tests/${source.replace(/\.tsx?$/, '')}`
  return test.startsWith(`${stem}.`) && /\.(browser\.)?test\.tsx?$/.test(test)
}

const untested = (sources: readonly SourceFile[], tests: readonly string[]): string[] =>
  sources
    .filter(({ path, text }) => holdsLogic(text) && !tests.some((test) => isTestOf(path, test)))
    .map(({ path }) => path)

const orphaned = (sources: readonly SourceFile[], tests: readonly string[]): string[] =>
  tests.filter((test) => !sources.some(({ path }) => isTestOf(path, test)))

describe('tests/lib mirrors lib', () => {
  const sources = readSourceFiles('lib')
  const tests = readSourceFiles('tests/lib')
    .map(({ path }) => path)
    .filter((path) => /\.test\.tsx?$/.test(path))

  it('and both sides have files', () => {
    expect(sources.filter(({ text }) => holdsLogic(text)).length).toBeGreaterThan(20)
    expect(tests.length).toBeGreaterThan(20)
  })

  it('every file that decides something has its test', () => {
    expect(untested(sources, tests)).toEqual([])
  })

  it('every test has its file', () => {
    expect(orphaned(sources, tests)).toEqual([])
  })

  it('a planted file without a test, and a planted test without a file, are found', () => {
    const planted = { path: 'lib/core/planted.ts', text: 'export const half = (n: number) => n / 2' }
    expect(untested([planted], tests)).toEqual(['lib/core/planted.ts'])
    expect(orphaned(sources, ['tests/lib/core/planted.test.ts'])).toEqual(['tests/lib/core/planted.test.ts'])
  })
})
