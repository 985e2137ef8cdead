import { z } from 'zod'
import { DAY_MS, parseDurationMs, RANGES } from '../core/time-range'
import { NAME_LENGTH_MAX } from './collect-limits'
import { reportFilter } from './report-filter'
import { checkRange, instantMs, timezone } from './report-query'
import { eventStep } from './step'

/** The window of a funnel that names none, or one that is not positive. */
export const FUNNEL_WINDOW_MS_DEFAULT = 14 * DAY_MS
export const FUNNEL_ORDERS = ['ordered', 'strict', 'unordered'] as const
export type FunnelOrder = (typeof FUNNEL_ORDERS)[number]
export const FUNNEL_UNITS = ['person', 'session'] as const
export type FunnelUnit = (typeof FUNNEL_UNITS)[number]
export const FUNNEL_STEPS_MAX = 20
export const FUNNEL_EXCLUSIONS_MAX = 10

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

/** What a funnel is, whatever it is asked of. `fromStep` and `toStep` of an exclusion count from 1. */
export const FUNNEL_DEFINITION_FIELDS = {
  order: z.enum(FUNNEL_ORDERS).default('ordered'),
  /** Of an attempt, from its first step to its last, inclusive. */
  window: windowMs,
  /** A session is one actor's session id, cut where nothing happened for 30 minutes: signing in begins another one here. */
  unit: z.enum(FUNNEL_UNITS).default('person'),
  steps: z.array(eventStep).min(1).max(FUNNEL_STEPS_MAX),
  /** Steps and exclusions are steps of this funnel that code feeds by `conversion(funnel, step)`, not events. */
  conversions: z.string().min(1).max(NAME_LENGTH_MAX).optional(),
  exclusions: z
    .array(z.strictObject({ ...eventStep.shape, fromStep: z.int().min(1), toStep: z.int().min(2) }))
    .max(FUNNEL_EXCLUSIONS_MAX)
    .default([]),
  /** A property, or a column by `$` and its name. */
  breakdown: z.strictObject({ property: z.string().min(1).max(NAME_LENGTH_MAX) }).optional(),
} as const

/** What every question about a funnel holds: the funnel, the range, and whose events are looked at. */
export const FUNNEL_QUERY_FIELDS = {
  ...FUNNEL_DEFINITION_FIELDS,
  from: instantMs.optional(),
  to: instantMs.optional(),
  range: z.enum(RANGES).optional(),
  /** Of the intervals of a trend; the project's where it is left out. */
  timezone: timezone.optional(),
  /** The funnel looks at the rows that pass it as though there were no others. */
  filter: reportFilter.default({}),
  /** Marked bots count, too. */
  bots: z.boolean().default(false),
} as const

type Definition = Pick<
  z.output<z.ZodObject<typeof FUNNEL_DEFINITION_FIELDS>>,
  'order' | 'unit' | 'steps' | 'exclusions' | 'conversions' | 'breakdown'
>

/** Adds an issue for every exclusion whose steps the funnel does not have, and for what its order or source has no meaning for. */
export function checkDefinition(definition: Definition, context: z.RefinementCtx): void {
  const { order, steps, exclusions } = definition
  if (definition.conversions !== undefined) checkConversions(definition, context)
  for (const [index, { fromStep, toStep }] of exclusions.entries()) {
    const path = ['exclusions', index]
    if (fromStep >= toStep || toStep > steps.length) {
      context.addIssue({ code: 'custom', path, message: `expected 1 ≤ fromStep < toStep ≤ ${steps.length}` })
    } else if (order === 'unordered' && (fromStep !== 1 || toStep !== steps.length)) {
      const message = `steps in any order have no between: an exclusion runs from step 1 to step ${steps.length}`
      context.addIssue({ code: 'custom', path, message })
    }
  }
}

// A conversion is a name and a time: it has no properties, and no session of a browser's that events would cut.
function checkConversions({ unit, steps, exclusions, breakdown }: Definition, context: z.RefinementCtx): void {
  const add = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message })
  for (const [field, each] of Object.entries({ steps, exclusions })) {
    for (const [index, { where }] of each.entries()) {
      if (where !== undefined) add([field, index, 'where'], 'steps of `conversions` have no properties')
    }
  }
  if (unit !== 'person') add(['unit'], 'a funnel of `conversions` counts people')
  if (breakdown !== undefined) add(['breakdown'], 'steps of `conversions` have no properties')
}

type Question = Definition & Parameters<typeof checkRange>[0]

/** Adds the issues of the range and of the exclusions. */
export function checkFunnel(query: Question, context: z.RefinementCtx): void {
  checkRange(query, context)
  checkDefinition(query, context)
}

/** Body of `POST /api/analytics/funnels`. */
export const funnelQuery = z
  .strictObject({
    ...FUNNEL_QUERY_FIELDS,
    /** Another time to look at beside: the same length before, or `[from, to)`. */
    compare: z.union([z.literal('previous'), z.strictObject({ from: instantMs, to: instantMs })]).optional(),
    /** Adds what the rows that made the steps brought in: their numeric `revenue`, by `currency`. */
    revenue: z.boolean().default(false),
  })
  .superRefine((query, context) => {
    checkFunnel(query, context)
    if (query.revenue && (query.order === 'unordered' || query.conversions !== undefined)) {
      const message =
        'revenue is that of events that made a certain step: not of steps in any order, nor of `conversions`'
      context.addIssue({ code: 'custom', path: ['revenue'], message })
    }
    if (typeof query.compare === 'object' && query.compare.from >= query.compare.to) {
      context.addIssue({ code: 'custom', path: ['compare', 'to'], message: '`to` must lie after `from`' })
    }
  })
export type FunnelQuery = z.output<typeof funnelQuery>
/** The body as a caller writes it. */
export type FunnelRequest = z.input<typeof funnelQuery>

/**
 * How long people took from the step before; null where nobody got. The median is the middle time, or the mean of the two
 * middle ones. `histogram` counts people by time in buckets that are the same for every funnel, `[fromMs, toMs)`, the empty ones
 * between the first and the last included; `toMs` null is the last bucket, which has no end.
 */
export const timeToConvert = z.object({
  medianMs: z.number(),
  averageMs: z.number(),
  histogram: z.array(z.object({ fromMs: z.int(), toMs: z.int().nullable(), count: z.int() })),
})
export type TimeToConvert = z.infer<typeof timeToConvert>

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
  timeToConvert: timeToConvert.nullable(),
  /** Of the rows that made this step, one each; `XXX` where no currency is said. Present when asked for. */
  revenue: z.array(z.object({ currency: z.string(), amount: z.number(), count: z.int() })).optional(),
})
export type FunnelStep = z.infer<typeof funnelStep>

const steps = z.array(funnelStep)

/** Answer of `POST /api/analytics/funnels`. Counts are people, or sessions with that unit. */
export const funnelReport = z.object({
  steps,
  /** Who left the funnel altogether, because their furthest attempts held what an exclusion names. */
  excludedCount: z.int(),
  /** From the first step to the last, of those who did them all. */
  total: timeToConvert.nullable(),
  /**
   * By value on the person's first event of step 1 (of any step where they come in any order), the 25 with most people, most
   * first; `value` is null where the event has none.
   */
  breakdown: z.array(z.object({ value: z.json(), steps })).optional(),
  /** How many values of the breakdown are not shown. */
  breakdownLeftOut: z.int().optional(),
  /** The other time; present when `compare` asks for it. */
  previous: z
    .object({
      from: z.iso.datetime(),
      to: z.iso.datetime(),
      steps,
      excludedCount: z.int(),
      total: timeToConvert.nullable(),
    })
    .optional(),
})
export type FunnelReport = z.infer<typeof funnelReport>
