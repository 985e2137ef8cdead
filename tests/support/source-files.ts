import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's root folder, with a trailing slash. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A source file by its path from the root, such as `lib/core/ids.ts`, and its text. */
export type SourceFile = { path: string; text: string }

/** All TypeScript files below the given folders of the root. Throws when there are none: a check must scan something. */
export function readSourceFiles(...folders: string[]): SourceFile[] {
  const files = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path) && !path.includes('node_modules'))
      .map((path) => posix.join(folder, path.replaceAll('\\', '/')))
      .sort()
      .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') })),
  )
  if (files.length === 0)
    throw new Error(`no TypeScript file below ${folders.join(', ')}: the check would prove nothing`)
  return files
}

/** One import of a file: the specifier as written, and whether only types cross (erased from the running code). */
export type ImportOf = { specifier: string; isTypeOnly: boolean }

const STATIC = /^\s*(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]/g

/** Static and dynamic imports and re-exports. Code is formatted by Biome, which makes them regular. */
export function readImports(text: string): ImportOf[] {
  return [
    ...[...text.matchAll(STATIC)].map((match) => ({ specifier: match[2] ?? '', isTypeOnly: match[1] !== undefined })),
    ...[...text.matchAll(DYNAMIC)].map((match) => ({ specifier: match[1] ?? '', isTypeOnly: false })),
  ]
}

/** The path from the root that a specifier names (without extension), or null for a package. */
export function resolveImport(fromPath: string, specifier: string): string | null {
  const target = specifier.startsWith('@/')
    ? specifier.slice(2)
    : specifier.startsWith('.')
      ? posix.join(dirname(fromPath), specifier)
      : null
  return target === null ? null : target.replace(/\.(ts|tsx|js)$/, '')
}
