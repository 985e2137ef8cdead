import { SETTINGS } from './lib/platform/env.ts'
import { toBuildRelease } from './lib/platform/host-release.ts'

// Pages have the same value from lib/platform/public-env.ts, where the build inlines it. Only this setting is parsed: a build
// need not know the others.
const collectPath = SETTINGS.NEXT_PUBLIC_COLLECT_PATH.schema.parse(process.env.NEXT_PUBLIC_COLLECT_PATH || undefined)

// Read by lib/platform/public-env.ts; hosts name the commit in variables that are not public by themselves.
const release = toBuildRelease(process.env)

/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  typedRoutes: true,
  ...(release && { env: { NEXT_PUBLIC_RELEASE: release } }),
  // `npm run typecheck` checks the types, with the tests and per runtime; a first start should not wait for it.
  typescript: { ignoreBuildErrors: true },
  // The script tag loads its chunks as modules, which browsers fetch from another origin only with its permission.
  headers: async () => [
    { source: '/:script(t|t-[a-z]+).js', headers: [{ key: 'Access-Control-Allow-Origin', value: '*' }] },
  ],
  rewrites: async () => [{ source: `${collectPath}/:path*`, destination: '/api/analytics/:path*' }],
  // A second build beside a running one (tests, benchmarks) must not overwrite what the first one serves.
  ...(process.env.GROWTH_BUILD_DIR && { distDir: process.env.GROWTH_BUILD_DIR }),
}
