import { z } from 'zod'
import { RANGES } from '../core/time-range'
import { NAME_LENGTH_MAX } from './collect-limits'
import { reportFilter } from './report-filter'
import { checkRange, instantMs, timezone } from './report-query'
import { eventStep } from './step'

export const RETENTION_INTERVALS = ['hour', 'day', 'week', 'month'] as const
export type RetentionInterval = (typeof RETENTION_INTERVALS)[number]
export const RETENTION_MODES = ['recurring', 'first_time', 'first_ever'] as const
export const RETENTION_WINDOWS = ['calendar', 'rolling'] as const

/** Body of `POST /api/analytics/retention`. */
export const retentionQuery = z
  .strictObject({
    from: instantMs.optional(),
    to: instantMs.optional(),
    range: z.enum(RANGES).optional(),
    interval: z.enum(RETENTION_INTERVALS).default('day'),
    mode: z.enum(RETENTION_MODES).default('recurring'),
    windows: z.enum(RETENTION_WINDOWS).default('calendar'),
    cumulative: z.boolean().default(false),
    timezone: timezone.optional(),
    weekStart: z.enum(['monday', 'sunday']).default('monday'),
    target: eventStep,
    return: eventStep,
    /** The report looks at the rows that pass it as though there were no others. */
    filter: reportFilter.default({}),
    /** Cohorts by the value on the person's earliest target event in the cohort's interval: a property, or a column by `$` and its name. */
    breakdown: z.strictObject({ property: z.string().min(1).max(NAME_LENGTH_MAX) }).optional(),
    /** Adds what the cohorts' return events brought in. */
    revenue: z.boolean().default(false),
    /** Marked bots count, too. */
    bots: z.boolean().default(false),
  })
  .superRefine((query, context) => {
    checkRange(query, context)
    if (query.windows === 'rolling' && query.cumulative) {
      const message = 'cumulative retention is only defined for calendar windows'
      context.addIssue({ code: 'custom', path: ['cumulative'], message })
    }
  })
export type RetentionQuery = z.output<typeof retentionQuery>
export type RetentionRequest = z.input<typeof retentionQuery>

const cohorts = z.array(z.object({ start: z.iso.datetime(), size: z.int(), counts: z.array(z.int()) }))
const averageRatios = z.array(z.number().nullable())

/**
 * One cohort per interval, empty ones included. `counts[0]` is its size, `counts[k]` its people who did the return event
 * k intervals later; cells that had not begun before `to` are absent. `averageRatios[k]` pools the cohorts that reached
 * column k: their summed `counts[k]` over their summed sizes; null when those sizes sum to 0.
 */
export const retentionReport = z.object({
  cohorts,
  averageRatios,
  /** Per cohort how many of its leading cells were over before `to` for all its people; the cells after these may still grow. */
  completeCounts: z.array(z.int()),
  /**
   * The same by value, the ten largest by summed cohort sizes, then all others in one (`isOther`). `value` is null where the
   * event has none. Present when asked for.
   */
  breakdown: z.array(z.object({ value: z.json(), isOther: z.boolean(), cohorts, averageRatios })).optional(),
  /**
   * Per currency and cohort the sum of `revenue` on return events of its people: `amounts[k]` in interval k, of calendar
   * windows with `amounts[0]` the whole first interval, whatever `cumulative` says. `averagePerPerson` is over the cohort's size; null of nobody.
   */
  revenue: z
    .array(
      z.object({
        currency: z.string(),
        cohorts: z.array(
          z.object({
            start: z.iso.datetime(),
            total: z.number(),
            averagePerPerson: z.number().nullable(),
            amounts: z.array(z.number()),
          }),
        ),
      }),
    )
    .optional(),
})
export type RetentionReport = z.infer<typeof retentionReport>
