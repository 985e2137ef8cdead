import { describe, expect, it } from 'vitest'
import { readImports, readSourceFiles, resolveImport, type SourceFile } from '../support/source-files'

/** Code that may hold secrets or speak to the store: all of lib that is not named here. None of it may reach a browser bundle. */
const isServerCode = (path: string): boolean =>
  /^lib\/analytics\/server[/.]/.test(path) ||
  (path.startsWith('lib/') && !/^lib\/(core|contracts|analytics|insights\/models|platform\/public-env)[/.]/.test(path))

const isClientEntry = ({ path, text }: SourceFile): boolean =>
  /^\s*['"]use client['"]/.test(text) || (/^lib\/analytics\//.test(path) && !isServerCode(path))

/** For every client entry, the first chain of running imports that ends in server code. */
function findLeaks(files: readonly SourceFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path.replace(/\.tsx?$/, ''), file]))
  return files.filter(isClientEntry).flatMap((entry) => {
    const seen = new Set<string>()
    const walk = (file: SourceFile, chain: string[]): string[] => {
      if (seen.has(file.path)) return []
      seen.add(file.path)
      if (isServerCode(file.path)) return [chain.join(' → ')]
      return readImports(file.text).flatMap(({ specifier, isTypeOnly }) => {
        const target = isTypeOnly ? null : resolveImport(file.path, specifier)
        const next = target === null ? undefined : byPath.get(target)
        return next ? walk(next, [...chain, next.path]) : []
      })
    }
    return walk(entry, [entry.path])
  })
}

/** Files that read the settings and do not refuse to be bundled for a browser. */
function findUnguarded(files: readonly SourceFile[]): string[] {
  return files
    .filter(
      ({ path, text }) =>
        path.startsWith('lib/') && readImports(text).some(({ specifier }) => specifier.endsWith('platform/env')),
    )
    .filter(({ text }) => !text.includes("import 'server-only'"))
    .map(({ path }) => path)
}

describe('server code', () => {
  const files = readSourceFiles('lib', 'components', 'app')

  it('is looked for from real client components and the SDK', () => {
    expect(files.filter(isClientEntry).length).toBeGreaterThan(5)
    expect(files.filter(({ path }) => isServerCode(path)).length).toBeGreaterThan(10)
  })

  it('is reached by no client component, however long the chain', () => {
    expect(findLeaks(files)).toEqual([])
  })

  it('that reads the settings says so to the bundler', () => {
    expect(findUnguarded(files)).toEqual([])
  })

  it('is found when it is planted two imports deep', () => {
    const planted = [
      { path: 'components/panels/planted.tsx', text: "'use client'\nimport { middle } from '../ui/middle'" },
      { path: 'components/ui/middle.ts', text: "export * from '@/lib/database/client'" },
      { path: 'lib/database/client.ts', text: "import { readEnv } from '../platform/env'" },
    ]
    expect(findLeaks(planted)).toEqual([
      'components/panels/planted.tsx → components/ui/middle.ts → lib/database/client.ts',
    ])
    const tracking = [
      { path: 'lib/analytics/planted.ts', text: "import { createSender } from './server/sender'" },
      { path: 'lib/analytics/server/sender.ts', text: '' },
    ]
    expect(findLeaks(tracking)).toHaveLength(1)
    expect(findUnguarded(planted)).toEqual(['lib/database/client.ts'])
  })
})
