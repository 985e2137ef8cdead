import { z } from 'zod'

const value = z.number().nullable()
const totals = z.object({
  requests: z.int(),
  errors: z.int(),
  errorRatio: value,
  cacheHitRatio: value,
  tokens: z.int(),
  /** Sum of the reported costs; null when no call reported one. */
  costUsd: value,
})
const group = {
  requests: z.int(),
  errorRatio: value,
  cacheHitRatio: value,
  tokens: z.int(),
  costUsd: value,
  p50: value,
  p95: value,
}

/** Answer of `GET /api/analytics/ai-performance`. Latencies in ms, cache hits excluded. */
export const aiPerformanceReport = z.object({
  totals,
  previous: totals,
  latency: z.object({ p50: value, p95: value, p99: value }),
  series: z.array(
    z.object({ start: z.iso.datetime(), requests: z.int(), errors: z.int(), p95: value, costUsd: value }),
  ),
  models: z.array(z.object({ model: z.string(), ...group })),
  endpoints: z.array(z.object({ endpoint: z.string(), ...group })),
})
export type AiPerformanceReport = z.infer<typeof aiPerformanceReport>
