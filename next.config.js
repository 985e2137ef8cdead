/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  typedRoutes: true,
  // `npm run typecheck` checks the types, with the tests and per runtime; a first start should not wait for it.
  typescript: { ignoreBuildErrors: true },
  // The script tag loads its chunks as modules, which browsers fetch from another origin only with its permission.
  headers: async () => [
    { source: '/:script(t|t-[a-z]+).js', headers: [{ key: 'Access-Control-Allow-Origin', value: '*' }] },
  ],
  // A second build beside a running one (tests, benchmarks) must not overwrite what the first one serves.
  ...(process.env.GROWTH_BUILD_DIR && { distDir: process.env.GROWTH_BUILD_DIR }),
}
