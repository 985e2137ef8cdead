import { join } from 'node:path'
import { build } from 'esbuild'

/** Where a build keeps what scripts/serve/main.ts loads. */
export function toCollectorPath(root: string, buildDir: string): string {
  return join(root, buildDir, 'growth-collector.mjs')
}

/**
 * Bundles the ingestion routes for Node into the build. Packages are loaded from node_modules as ever; settings are read
 * when the product starts, but for the ones that the build writes into pages as well, which must not differ.
 */
export async function bundleCollector(root: string, buildDir: string, env: NodeJS.ProcessEnv): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: ['scripts/serve/collector.ts'],
    outfile: toCollectorPath(root, buildDir),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    packages: 'external',
    // A marker for Next's bundler, which throws everywhere else.
    alias: { 'server-only': './scripts/serve/nothing.ts' },
    sourcemap: true,
    define: {
      'process.env.NEXT_PUBLIC_ANALYTICS_ENABLED': JSON.stringify(env.NEXT_PUBLIC_ANALYTICS_ENABLED ?? ''),
      'process.env.NEXT_PUBLIC_COLLECT_PATH': JSON.stringify(env.NEXT_PUBLIC_COLLECT_PATH ?? ''),
      'process.env.NODE_ENV': '"production"',
    },
    logLevel: 'warning',
  })
}
