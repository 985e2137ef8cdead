import { z } from 'zod'
import { NAME_LENGTH_MAX } from './collect-limits'
import { reportQuery } from './report-query'

/** As many features as one answer holds. */
export const FEATURES_MAX = 30

const name = z.string().min(1).max(NAME_LENGTH_MAX)

/** Query of `GET /api/analytics/features`: one feature per event, or with `property` one per value of it on the event `event`. */
export const featuresQuery = reportQuery
  .safeExtend({ property: name.optional() })
  .superRefine(({ property, event }, context) => {
    if (property === undefined || event !== undefined) return
    context.addIssue({ code: 'custom', path: ['event'], message: 'a property is that of an event: name it, too' })
  })
export type FeaturesQuery = z.output<typeof featuresQuery>

/**
 * `[from, to)`. `activePeople`: people with any event. Features are events whose names do not begin with `$`, the 30 with most people;
 * `omitted` counts the others. `firstUsePeople`: whose first use ever lies in the range. `repeatPeople`: used it on two or more
 * local days. `trend[i]`: people on the i-th local day of `days`. Ratios are null of nobody.
 */
export const featuresReport = z.object({
  activePeople: z.int(),
  days: z.array(z.iso.datetime()),
  omitted: z.int(),
  features: z.array(
    z.object({
      /** The event's name, or the property's value; null where the event has none. */
      value: z.json(),
      uses: z.int(),
      people: z.int(),
      shareOfActives: z.number().nullable(),
      usesPerPerson: z.number().nullable(),
      firstUsePeople: z.int(),
      repeatPeople: z.int(),
      repeatRatio: z.number().nullable(),
      trend: z.array(z.int()),
    }),
  ),
})
export type FeaturesReport = z.infer<typeof featuresReport>

/** Query of `GET /api/analytics/feature-usage`: one event, or with `property` and `value` (JSON) those of its rows that have it. */
export const featureUsageQuery = reportQuery.safeExtend({
  event: name,
  property: name.optional(),
  /** JSON text: `"pro"`, `3`, `true`; `null` for rows without a value. */
  value: z.string().max(2_048).optional(),
})
export type FeatureUsageQuery = z.output<typeof featureUsageQuery>

/** The upper ends of `usesPerPerson`'s classes but the last, which is open. */
export const USES_CLASSES = [1, 2, 5, 10, 20] as const
/** The upper ends, in ms, of the classes of time to first use but the last, which is open. */
export const FIRST_USE_CLASSES_MS = [60_000, 3_600_000, 86_400_000, 604_800_000, 2_592_000_000] as const

/**
 * How one feature is used in `[from, to)`. `repeatUsePeople`: two or more uses; `repeatDayPeople`: on two or more local days.
 * Of the people whose first use ever lies in the range: how long it took from their first event ever, median (nearest rank) and
 * by class, an upper end belonging to its class.
 */
export const featureUsage = z.object({
  uses: z.int(),
  people: z.int(),
  repeatUsePeople: z.int(),
  repeatDayPeople: z.int(),
  usesPerPerson: z.array(z.object({ upTo: z.int().nullable(), people: z.int() })),
  firstUse: z.object({
    people: z.int(),
    medianMs: z.number().nullable(),
    classes: z.array(z.object({ upToMs: z.int().nullable(), people: z.int() })),
  }),
})
export type FeatureUsage = z.infer<typeof featureUsage>
