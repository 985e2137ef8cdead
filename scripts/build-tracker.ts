import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What t.js loads when it is needed, as modules of their own. */
const CHUNKS = { 't-vitals': 'lib/analytics/vitals.ts', 't-store': 'lib/analytics/durable-store.ts' }

/**
 * Builds `t.js` (a classic script) and its lazy chunks into `outdir`, minified for browsers of 2021 and later.
 * `NEXT_PUBLIC_ANALYTICS_ENABLED=false` builds scripts that do nothing, as it does for the app's own bundle.
 */
export async function buildTracker(outdir: string): Promise<void> {
  await mkdir(outdir, { recursive: true })
  const shared = {
    absWorkingDir: root,
    outdir,
    bundle: true,
    minify: true,
    target: 'es2021',
    legalComments: 'none',
    define: {
      'process.env.NODE_ENV': '"production"',
      'process.env.NEXT_PUBLIC_ANALYTICS_ENABLED': JSON.stringify(process.env.NEXT_PUBLIC_ANALYTICS_ENABLED ?? 'true'),
    },
  } as const
  await Promise.all([
    build({ ...shared, entryPoints: { t: 'lib/analytics/tracker.ts' }, format: 'iife' }),
    build({ ...shared, entryPoints: CHUNKS, format: 'esm' }),
  ])
}

if (import.meta.main) await buildTracker(fileURLToPath(new URL('../public', import.meta.url)))
