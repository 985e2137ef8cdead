import { z } from 'zod'

const rating = z.enum(['good', 'needsImprovement', 'poor']).nullable()
const value = z.number().nullable()

/** One vital over the range. Null percentiles mean no sample; `good + needsImprovement + poor` is 1 when there is one. */
export const vitalSummary = z.object({
  p50: value,
  p75: value,
  p90: value,
  p95: value,
  p99: value,
  /** Samples: navigations on which the metric was known. */
  count: z.int(),
  /** Share of the samples, 0..1. */
  good: value,
  needsImprovement: value,
  poor: value,
  rating,
  series: z.array(z.object({ start: z.iso.datetime(), p75: value, count: z.int() })),
})
export type VitalSummary = z.infer<typeof vitalSummary>

const routeVital = z.object({ p75: value, count: z.int(), rating })
const vitals = z.object({
  lcp: vitalSummary,
  inp: vitalSummary,
  cls: vitalSummary,
  fcp: vitalSummary,
  ttfb: vitalSummary,
})
const previousVital = z.object({ p75: value, count: z.int() })

/** Answer of `GET /api/analytics/performance`. Milliseconds, CLS without unit. Soft navigations are counted apart. */
export const performanceReport = z.object({
  metrics: vitals,
  routes: z.array(
    z.object({
      route: z.string(),
      /** Navigations. */
      count: z.int(),
      lcp: routeVital,
      inp: routeVital,
      cls: routeVital,
      fcp: routeVital,
      ttfb: routeVital,
    }),
  ),
  /** Navigations in the range, by kind. The figures above are those of hard navigations. */
  navigations: z.object({ hard: z.int(), soft: z.int() }),
  custom: z.array(z.object({ name: z.string(), count: z.int(), p50: value, p75: value, p95: value })),
  previous: z.object({
    lcp: previousVital,
    inp: previousVital,
    cls: previousVital,
    fcp: previousVital,
    ttfb: previousVital,
  }),
})
export type PerformanceReport = z.infer<typeof performanceReport>
