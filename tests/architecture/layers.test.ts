import { describe, expect, it } from 'vitest'
import { readImports, readSourceFiles, resolveImport, type SourceFile } from '../support/source-files'

type Layer = {
  /** Layers whose code may be imported, besides the layer's own. */
  may: readonly string[]
  /** Layers of which only types may be imported. */
  types?: readonly string[]
  /** npm packages and `node:` modules; `*` is any. */
  packages: readonly string[]
}

/** DESIGN §3's import column, as data. The longest matching prefix of a file's path is its layer. */
const LAYERS: Readonly<Record<string, Layer>> = {
  'lib/core': { may: [], packages: [] },
  'lib/contracts': { may: ['lib/core'], packages: ['zod'] },
  // The one switch that turns the SDK off is a build-time constant, so reading it costs the page nothing.
  'lib/analytics': {
    may: ['lib/core', 'lib/platform/public-env'],
    types: ['lib/contracts'],
    packages: ['react', 'next/navigation', 'web-vitals/attribution'],
  },
  // Its server half names no project's table and no person's row: it speaks to the collector over HTTP, as the browser does.
  'lib/analytics/server': {
    may: ['lib/core', 'lib/platform', 'lib/http/client-address', 'lib/analytics/properties'],
    packages: ['server-only'],
  },
  'lib/collect': {
    may: ['lib/core', 'lib/contracts'],
    packages: ['zod', 'isbot', 'bowser', 'fflate', '@noble/hashes'],
  },
  'lib/platform': {
    may: ['lib/core'],
    packages: ['zod', 'server-only', 'node:http', 'node:fs', '@upstash/redis', 'mmdb-lib'],
  },
  'lib/platform/public-env': { may: [], packages: [] },
  'lib/database': {
    may: ['lib/core', 'lib/contracts', 'lib/platform'],
    packages: ['@supabase/supabase-js', 'server-only', 'zod', '@noble/hashes'],
  },
  'lib/spill': {
    may: ['lib/core', 'lib/contracts', 'lib/platform', 'lib/database', 'lib/collect'],
    packages: ['server-only', 'zod', '@upstash/redis'],
  },
  'lib/insights/models': { may: ['lib/core'], packages: [] },
  'lib/insights': {
    may: ['lib/core', 'lib/contracts', 'lib/platform', 'lib/database'],
    packages: ['server-only'],
  },
  // Reading a file is pure but for its journal on disk, which is SQLite's; storing it goes the way of ingestion.
  'lib/import': {
    may: ['lib/core', 'lib/contracts', 'lib/platform', 'lib/database', 'lib/collect'],
    packages: ['csv-parse', 'bowser', 'node:crypto', 'node:sqlite', 'node:stream', 'node:zlib', 'server-only'],
  },
  'lib/people': {
    may: ['lib/core', 'lib/contracts', 'lib/platform', 'lib/database', 'lib/collect/actor-id'],
    packages: ['jose', 'zod', '@noble/hashes', 'server-only'],
  },
  'lib/auth': {
    may: ['lib/core', 'lib/contracts', 'lib/platform', 'lib/database'],
    packages: ['jose', '@supabase/supabase-js', 'server-only', 'zod', '@noble/hashes'],
  },
  'lib/http': {
    may: ['lib/core', 'lib/contracts', 'lib/platform', 'lib/database', 'lib/auth', 'lib/collect'],
    packages: ['zod', 'fflate', 'server-only', 'next/server', 'next/headers', 'next/types'],
  },
  'components/charts': { may: ['lib/core', 'lib/contracts', 'components'], packages: ['*', '!@supabase/supabase-js'] },
  components: { may: ['lib/core', 'lib/contracts'], packages: ['*', '!recharts', '!@supabase/supabase-js'] },
  // Where this install answers is a build-time constant; the hooks ask there, past lists that block `analytics`.
  'components/data': {
    may: ['lib/core', 'lib/contracts', 'lib/platform/public-env', 'components'],
    packages: ['swr', 'react', 'zod'],
  },
  // The one switch of the SDK that the dashboard shows: whether this browser is measured at all.
  'components/settings/own-traffic-card': {
    may: ['components', 'lib/analytics/growth', 'lib/analytics/consent'],
    packages: ['react'],
  },
  'components/growth-stack/growth-provider': {
    may: ['lib/core', 'lib/contracts', 'lib/analytics', 'lib/platform/public-env'],
    packages: ['react', 'next/navigation'],
  },
  // The demo is a page like any customer's: it uses the SDK's public entries.
  'components/demo': {
    may: ['lib/core', 'lib/contracts', 'lib/analytics', 'components'],
    packages: ['*', '!recharts'],
  },
  app: { may: ['lib', 'components', 'app'], packages: ['*', '!recharts', '!@supabase/supabase-js'] },
}

const layerOf = (path: string): string | undefined =>
  Object.keys(LAYERS)
    .filter((layer) => path === layer || path.startsWith(`${layer}/`) || path.startsWith(`${layer}.`))
    .sort((a, b) => b.length - a.length)[0]

const isWithin = (path: string, layer: string): boolean => path === layer || path.startsWith(`${layer}/`)

function findViolations(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const name = layerOf(path)
    const layer = name === undefined ? undefined : LAYERS[name]
    if (!name || !layer) return [`${path}: in no layer; DESIGN §3 has no row for its folder`]
    return readImports(text).flatMap(({ specifier, isTypeOnly }) => {
      const target = resolveImport(path, specifier)
      if (target === null) {
        const names = (pattern: string): boolean => specifier === pattern || specifier.startsWith(`${pattern}/`)
        const isBanned = layer.packages.some((each) => each.startsWith('!') && names(each.slice(1)))
        const isAllowed = layer.packages.some((each) => each === '*' || names(each))
        return isAllowed && !isBanned ? [] : [`${path}: ${name} may not import the package ${specifier}`]
      }
      const targetLayer = layerOf(target)
      if (targetLayer === name || isWithin(target, name)) return []
      if (layer.may.some((each) => targetLayer === each || isWithin(target, each))) return []
      if (isTypeOnly && layer.types?.some((each) => isWithin(target, each))) return []
      return [`${path}: ${name} may not import ${target}`]
    })
  })
}

describe('the import column of DESIGN §3', () => {
  const files = readSourceFiles('lib', 'components', 'app')

  it('sees every layer that has code', () => {
    const seen = new Set(files.map(({ path }) => layerOf(path)))
    for (const layer of [
      'lib/core',
      'lib/contracts',
      'lib/analytics',
      'lib/collect',
      'lib/database',
      'lib/insights',
      'lib/http',
      'components',
      'app',
    ]) {
      expect(seen).toContain(layer)
    }
    expect(files.flatMap(({ text }) => readImports(text)).length).toBeGreaterThan(100)
  })

  it('holds in the whole tree', () => {
    expect(findViolations(files)).toEqual([])
  })

  it.each([
    ['lib/core/planted.ts', "import { z } from 'zod'"],
    ['lib/core/planted.ts', "export { readEnv } from '../platform/env'"],
    ['lib/contracts/planted.ts', "import { serviceClient } from '../database/client'"],
    ['lib/analytics/planted.ts', "import { eventBatch } from '../contracts/collect-events'"],
    ['lib/analytics/planted.ts', "const env = await import('../platform/env')"],
    ['lib/collect/planted.ts', "import { callFunction } from '@/lib/database/client'"],
    ['lib/insights/models/planted.ts', "import { readEnv } from '../../platform/env'"],
    ['lib/insights/planted.ts', "import { defineRoute } from '../http/define-route'"],
    ['components/panels/planted.tsx', "import { LineChart } from 'recharts'"],
    ['components/panels/planted.tsx', "import type { Project } from '@/lib/database/projects'"],
    ['lib/unheard-of/planted.ts', 'export const x = 1'],
  ])('refuses a violation planted in %s: %s', (path, text) => {
    expect(findViolations([{ path, text }])).toHaveLength(1)
  })

  it('lets types of the contracts into the SDK', () => {
    const text = "import type { EventBatch } from '../contracts/collect-events'"
    expect(findViolations([{ path: 'lib/analytics/planted.ts', text }])).toEqual([])
  })
})
