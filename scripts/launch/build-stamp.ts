import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** What a build is made of. Tests, scripts and docs change nothing in it. */
const SOURCES = [
  'app',
  'lib',
  'components',
  'public',
  'scripts/build-tracker.ts',
  'scripts/serve',
  'proxy.ts',
  'instrumentation.ts',
  'next.config.js',
  'postcss.config.js',
  'package-lock.json',
]
/** Written by the build itself: the script tag and its chunks. */
const MADE = /^t(-[a-z]+)?\.js$/

type Settings = Readonly<Record<string, string | undefined>>

/** The settings a build may see. The store's address is a run-time setting: a build would write it into the code for good. */
export function toBuildEnv(env: Settings): Settings {
  return { ...env, NEXT_PUBLIC_SUPABASE_URL: undefined, NEXT_PUBLIC_SUPABASE_ANON_KEY: undefined }
}

/**
 * A digest of everything a build depends on: the sources, the lock file, and the `NEXT_PUBLIC_*` values that the build
 * writes into the browser's code.
 */
export function computeBuildDigest(root: string, env: Settings): string {
  const hash = createHash('sha256')
  const add = (path: string): void => {
    const entry = statSync(path, { throwIfNoEntry: false })
    if (entry?.isDirectory()) {
      for (const name of readdirSync(path).sort()) if (!MADE.test(name)) add(join(path, name))
    } else if (entry?.isFile()) {
      hash
        .update(`${relative(root, path)}\0`)
        .update(readFileSync(path))
        .update('\0')
    }
  }
  for (const source of SOURCES) add(join(root, source))
  for (const name of Object.keys(env).sort())
    if (name.startsWith('NEXT_PUBLIC_') && env[name] !== undefined) hash.update(`${name}=${env[name]}\0`)
  return hash.digest('hex')
}

const stampPath = (root: string, buildDir: string): string => join(root, buildDir, 'growth-build')

/** Whether the last build was made from exactly this. */
export function isBuildFresh(root: string, buildDir: string, digest: string): boolean {
  try {
    return readFileSync(stampPath(root, buildDir), 'utf8') === digest
  } catch {
    return false // no build, or one that did not finish
  }
}

/** Marks the build in `buildDir` as made from `digest`. Called only after a build that succeeded. */
export function writeBuildStamp(root: string, buildDir: string, digest: string): void {
  writeFileSync(stampPath(root, buildDir), digest)
}
