import { z } from 'zod'

const value = z.number().nullable()
const totals = z.object({ queries: z.int(), slow: z.int(), slowRatio: value, cachedRatio: value })

/** A query that took longer counts as slow; ms. The default of `useDatabaseOptimizer`'s `slowQueryThreshold`. */
export const SLOW_QUERY_MS = 1_000

/** Answer of `GET /api/analytics/database-performance`. Latencies in ms, cached answers excluded. */
export const databasePerformanceReport = z.object({
  totals,
  previous: totals,
  latency: z.object({ p50: value, p95: value, p99: value }),
  series: z.array(z.object({ start: z.iso.datetime(), queries: z.int(), slow: z.int(), p95: value })),
  slowest: z.array(
    z.object({ query: z.string(), count: z.int(), p50: value, p95: value, max: value, rows: z.int().nullable() }),
  ),
})
export type DatabasePerformanceReport = z.infer<typeof databasePerformanceReport>
