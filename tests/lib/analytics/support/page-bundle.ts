import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '../../../..')

/**
 * Bundles both public entries as an app would, with the lazy chunks apart, and puts them on `window.sdk`. Gives the folder
 * that holds `app.js`. React and Next stay out: the hooks that need them are tested elsewhere.
 */
export async function bundlePage(environment: Record<string, string> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'growth-sdk-'))
  const entry = join(folder, 'app.ts')
  await writeFile(
    entry,
    `import * as growth from '@/lib/analytics/growth'
     import { performanceMonitor } from '@/lib/analytics/performance'
     Object.assign(window, { sdk: { ...growth, performanceMonitor } })`,
  )
  await build({
    entryPoints: [entry],
    outdir: folder,
    bundle: true,
    format: 'esm',
    splitting: true,
    platform: 'browser',
    absWorkingDir: root,
    nodePaths: [join(root, 'node_modules')],
    alias: { '@': root },
    define: {
      'process.env.NODE_ENV': '"production"',
      'process.env.NEXT_PUBLIC_ANALYTICS_ENABLED': JSON.stringify(environment.NEXT_PUBLIC_ANALYTICS_ENABLED ?? ''),
      'process.env.NEXT_PUBLIC_COLLECT_PATH': JSON.stringify(environment.NEXT_PUBLIC_COLLECT_PATH ?? ''),
      'process.env.NEXT_PUBLIC_RELEASE': '""',
    },
    plugins: [
      {
        name: 'without-react',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^(react|next\/navigation)$/ }, ({ path }) => ({ path, namespace: 'absent' }))
          onLoad({ filter: /.*/, namespace: 'absent' }, () => ({
            contents: 'export const useEffect = null, usePathname = null, useParams = null',
          }))
        },
      },
    ],
  })
  return folder
}
