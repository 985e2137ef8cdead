import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What t.js loads when it is needed, as modules of their own. */
const CHUNKS = {
  't-vitals': 'lib/analytics/vitals.ts',
  't-consent': 'lib/analytics/apply-consent.ts',
  't-refusal': 'lib/analytics/refusal.ts',
}

/**
 * Names between the parts of the SDK that nobody outside sees: not on the wire, not in the page, not in the DOM. Shortened
 * alike in all files, they save some 110 bytes of the core's gzip.
 */
const INTERNAL_NAMES =
  /^(adopt|answer|append|applyConsent|backoffMs|bodyBytesMax|batch|beacon|device|drop|droppedCount|flush|freeze|frozen|hasSignal|isCarried|isServerTime|isSilent|isStopped|item|keep|lane|load|offsetMs|onCollect|queue|readAll|record|response|schedule|settings|settle|settleRefusal|startVitals|store|tabArea|tabStore|toPattern|toRoute)$/

/**
 * Builds `t.js` (a classic script) and its lazy chunks into `outdir`, minified for browsers of 2022 and later.
 * `NEXT_PUBLIC_ANALYTICS_ENABLED=false` builds scripts that do nothing, as it does for the app's own bundle.
 */
export async function buildTracker(outdir: string): Promise<void> {
  await mkdir(outdir, { recursive: true })
  const shared = {
    absWorkingDir: root,
    outdir,
    bundle: true,
    minify: true,
    target: 'es2022',
    legalComments: 'none',
    // Without the project's `strict`, for which a directive would be written out in front.
    tsconfigRaw: '{}',
    mangleProps: INTERNAL_NAMES,
    define: {
      'process.env.NODE_ENV': '"production"',
      'process.env.NEXT_PUBLIC_ANALYTICS_ENABLED': JSON.stringify(process.env.NEXT_PUBLIC_ANALYTICS_ENABLED ?? 'true'),
    },
  } as const
  const core = await build({
    ...shared,
    entryPoints: { t: 'lib/analytics/tracker.ts' },
    format: 'iife',
    mangleCache: {},
  })
  await build({ ...shared, entryPoints: CHUNKS, format: 'esm', mangleCache: core.mangleCache })
}

if (import.meta.main) await buildTracker(fileURLToPath(new URL('../public', import.meta.url)))
