/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  typedRoutes: true,
  // A second build beside a running one (tests, benchmarks) must not overwrite what the first one serves.
  ...(process.env.GROWTH_BUILD_DIR && { distDir: process.env.GROWTH_BUILD_DIR }),
}
