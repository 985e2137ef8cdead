import { z } from 'zod'
import { DAY_MS, parseDurationMs, RANGES } from '../core/time-range'
import { checkRange, instantMs } from './report-query'
import { eventStep } from './step'

/** The window of a funnel that names none, or one that is not positive. */
export const FUNNEL_WINDOW_MS_DEFAULT = 14 * DAY_MS

const windowMs = z
  .union([z.string(), z.null()])
  .default('14d')
  .transform((text, context) => {
    if (text === null) return FUNNEL_WINDOW_MS_DEFAULT
    const ms = parseDurationMs(text)
    if (ms === null) {
      context.issues.push({
        code: 'custom',
        input: text,
        message: 'expected a number with s, m, h, d or w, such as 14d',
      })
      return z.NEVER
    }
    return ms > 0 ? ms : FUNNEL_WINDOW_MS_DEFAULT
  })

/** Body of `POST /api/analytics/funnels`. `fromStep` and `toStep` count from 1. */
export const funnelQuery = z
  .strictObject({
    from: instantMs.optional(),
    to: instantMs.optional(),
    range: z.enum(RANGES).optional(),
    order: z.enum(['ordered', 'strict', 'unordered']).default('ordered'),
    window: windowMs,
    unit: z.enum(['person', 'session']).default('person'),
    steps: z.array(eventStep).min(1).max(20),
    exclusions: z
      .array(z.strictObject({ ...eventStep.shape, fromStep: z.int().min(1), toStep: z.int().min(2) }))
      .max(20)
      .default([]),
    breakdown: z.strictObject({ property: z.string().min(1).max(200) }).optional(),
  })
  .superRefine((query, context) => {
    checkRange(query, context)
    for (const [index, { fromStep, toStep }] of query.exclusions.entries()) {
      if (fromStep < toStep && toStep <= query.steps.length) continue
      const message = `expected 1 ≤ fromStep < toStep ≤ ${query.steps.length}`
      context.addIssue({ code: 'custom', path: ['exclusions', index], message })
    }
  })
export type FunnelQuery = z.output<typeof funnelQuery>
/** The body as a caller writes it. */
export type FunnelRequest = z.input<typeof funnelQuery>

/** One step's result: `conversionRatio` to the first step, `stepRatio` to the one before; null when that is empty. */
export const funnelStep = z.object({
  index: z.int(),
  event: z.string(),
  count: z.int(),
  conversionRatio: z.number().nullable(),
  stepRatio: z.number().nullable(),
  dropOffCount: z.int(),
  medianMsFromPrevious: z.number().nullable(),
  averageMsFromPrevious: z.number().nullable(),
})

export const funnelReport = z.object({
  steps: z.array(funnelStep),
  breakdown: z.array(z.object({ value: z.json(), steps: z.array(funnelStep) })).optional(),
})
export type FunnelReport = z.infer<typeof funnelReport>
