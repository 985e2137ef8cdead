/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  typedRoutes: true,
  // `npm run typecheck` checks the types, with the tests and per runtime; a first start should not wait for it.
  typescript: { ignoreBuildErrors: true },
  // A second build beside a running one (tests, benchmarks) must not overwrite what the first one serves.
  ...(process.env.GROWTH_BUILD_DIR && { distDir: process.env.GROWTH_BUILD_DIR }),
}
