import { z } from 'zod'
import { VITALS } from '../core/vitals'
import { reportQuery } from './report-query'

const name = z.string().min(1).max(200).optional()

/**
 * Query of the performance reports: the common one, two filters that only navigations know, and which navigations are meant.
 * Hard and soft ones are not comparable and never mixed. `referrer`, `utm_source` and `event` mean nothing here: refused by
 * nothing, used by nothing.
 */
export const performanceQuery = reportQuery.safeExtend({
  connection: name,
  release: name,
  /** `hard`: page loads; `soft`: client-side route changes. */
  navigations: z.enum(['hard', 'soft']).default('hard'),
})
export type PerformanceQuery = z.output<typeof performanceQuery>

const rating = z.enum(['good', 'needsImprovement', 'poor']).nullable()
const value = z.number().nullable()

/** Bounds between which the true figure lies, with 95 % confidence. Null when there are too few samples to say. */
export const interval = z.object({ low: z.number(), high: z.number() }).nullable()
export type Interval = z.infer<typeof interval>

/** One vital over the range. Null percentiles mean no sample; `good + needsImprovement + poor` is 1 when there is one. */
export const vitalSummary = z.object({
  p50: value,
  p75: value,
  p90: value,
  p95: value,
  p99: value,
  /** 95 % confidence interval of p75, from order statistics; null below 13 samples. */
  p75Interval: interval,
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

const groupVital = z.object({ p75: value, count: z.int(), rating })
/** `count`: navigations of the group; a vital's own `count`: its samples. */
export const groupVitals = z.object({
  count: z.int(),
  lcp: groupVital,
  inp: groupVital,
  cls: groupVital,
  fcp: groupVital,
  ttfb: groupVital,
})
const vitals = z.object({
  lcp: vitalSummary,
  inp: vitalSummary,
  cls: vitalSummary,
  fcp: vitalSummary,
  ttfb: vitalSummary,
})
const previousVital = z.object({ p75: value, count: z.int() })

/**
 * Answer of `GET /api/analytics/performance`. Milliseconds, CLS without unit. All figures but `navigations` and `custom` are
 * those of the navigations asked for, hard ones unless told; the TTFB of a soft one is no sample.
 */
export const performanceReport = z.object({
  metrics: vitals,
  /** The 100 routes with most navigations. */
  routes: z.array(groupVitals.extend({ route: z.string() })),
  /** Navigations in the range, by kind. */
  navigations: z.object({ hard: z.int(), soft: z.int() }),
  custom: z.array(z.object({ name: z.string(), count: z.int(), p50: value, p75: value, p95: value })),
  previous: z.object({
    lcp: previousVital,
    inp: previousVital,
    cls: previousVital,
    fcp: previousVital,
    ttfb: previousVital,
  }),
  /** `exact`: percentiles are measured samples. `histogram`: within 1 % of them. Counts and shares are exact either way. */
  precision: z.enum(['exact', 'histogram']),
})
export type PerformanceReport = z.infer<typeof performanceReport>

export const vital = z.enum(VITALS)
