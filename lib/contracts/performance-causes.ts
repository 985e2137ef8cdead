import { z } from 'zod'
import { performanceQuery } from './performance-report'

/** Vitals whose cause the browser tells. */
export const EXPLAINED_VITALS = ['lcp', 'inp', 'cls'] as const
export type ExplainedVital = (typeof EXPLAINED_VITALS)[number]

/** Query of `GET /api/analytics/performance/causes`. */
export const causesQuery = performanceQuery.safeExtend({ metric: z.enum(EXPLAINED_VITALS).default('lcp') })
export type CausesQuery = z.output<typeof causesQuery>

/** What the value is made of, in the order in which it happens. LCP has the first four, INP the last three, CLS none. */
export const VALUE_PARTS = [
  'timeToFirstByte',
  'resourceLoadDelay',
  'resourceLoadDuration',
  'elementRenderDelay',
  'inputDelay',
  'processingDuration',
  'presentationDelay',
] as const
export type ValuePart = (typeof VALUE_PARTS)[number]

/** What samples are grouped by: `target` is the element (of LCP, of the interaction, of the largest shift). */
export const CAUSE_KINDS = ['target', 'url', 'eventType', 'script', 'scriptPart', 'loadState'] as const
export type CauseKind = (typeof CAUSE_KINDS)[number]

/** Answer of the causes: of the newest samples that came with one. */
export const performanceCauses = z.object({
  metric: z.enum(EXPLAINED_VITALS),
  /** Samples of the range whose cause is known and that were looked at: the newest, at most `sampleLimit`. */
  count: z.int(),
  sampleLimit: z.int(),
  /** Whether these are all of them. */
  isWhole: z.boolean(),
  /** Where the time goes: p75 of the part in ms, and its share of the sum over all samples, 0..1. */
  parts: z.array(z.object({ part: z.enum(VALUE_PARTS), p75: z.number(), share: z.number(), count: z.int() })),
  /** At most 20 per kind, those with most samples that are not good first. */
  causes: z.array(
    z.object({
      kind: z.enum(CAUSE_KINDS),
      value: z.string(),
      count: z.int(),
      /** Samples in need of improvement or poor. */
      slowCount: z.int(),
      /** Of the metric; of a script the time within the interaction, ms. */
      p75: z.number(),
    }),
  ),
})
export type PerformanceCauses = z.infer<typeof performanceCauses>
