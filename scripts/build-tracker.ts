import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What t.js loads when it is needed, as modules of their own: the one function that each is for, as its default export. */
const CHUNKS = {
  't-vitals': "export { startVitals as default } from './lib/analytics/vitals'",
  't-consent': "export { applyConsent as default } from './lib/analytics/apply-consent'",
  't-refusal': "export { settleRefusal as default } from './lib/analytics/refusal'",
}

/**
 * Names between the parts of the SDK that nobody outside sees: not on the wire, not in the page, not in the DOM. Shortened
 * alike in all files, they save some 110 bytes of the core's gzip.
 */
const INTERNAL_NAMES =
  /^(adopt|answer|append|backoffMs|bodyLengthMax|batch|beacon|device|drop|flush|freeze|frozen|isCarried|isPrivate|isServerTime|isSilent|isStopped|item|keep|lane|load|offsetMs|onCollect|queue|readAll|record|response|schedule|sentMs|settings|settle|store|tab|toPattern|toRoute)$/

/**
 * Builds `t.js` (a classic script) and its lazy chunks into `outdir`, minified for browsers of 2022 and later.
 * `NEXT_PUBLIC_ANALYTICS_ENABLED=false` builds scripts that do nothing, as it does for the app's own bundle.
 */
export async function buildTracker(outdir: string): Promise<void> {
  await mkdir(outdir, { recursive: true })
  const shared = {
    absWorkingDir: root,
    bundle: true,
    minify: true,
    target: 'es2022',
    legalComments: 'none',
    // Without the project's `strict`, for which a directive would be written out in front.
    tsconfigRaw: '{}',
    mangleProps: INTERNAL_NAMES,
    define: {
      // A script tag runs in a page and nowhere else.
      'globalThis.window': 'true',
      'process.env.NODE_ENV': '"production"',
      'process.env.NEXT_PUBLIC_ANALYTICS_ENABLED': JSON.stringify(process.env.NEXT_PUBLIC_ANALYTICS_ENABLED ?? 'true'),
      'process.env.NEXT_PUBLIC_COLLECT_PATH': JSON.stringify(process.env.NEXT_PUBLIC_COLLECT_PATH ?? ''),
      // A site's own version, which its script tag says; that of the collector is another matter.
      'process.env.NEXT_PUBLIC_RELEASE': '""',
    },
  } as const
  const core = await build({
    ...shared,
    entryPoints: { t: 'lib/analytics/tracker.ts' },
    outdir,
    format: 'iife',
    mangleCache: {},
  })
  // Once more: the first pass writes constants of one file into another, the second folds what they decide.
  const script = join(outdir, 't.js')
  const { code } = await transform(await readFile(script, 'utf8'), { minify: true, target: shared.target })
  await writeFile(script, code)
  for (const [name, contents] of Object.entries(CHUNKS)) {
    const outfile = join(outdir, `${name}.js`)
    const stdin = { contents, resolveDir: root }
    await build({ ...shared, stdin, outfile, format: 'esm', mangleCache: core.mangleCache })
  }
}

if (import.meta.main) await buildTracker(fileURLToPath(new URL('../public', import.meta.url)))
