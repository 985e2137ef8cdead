import { z } from 'zod'
import { reportQuery } from './report-query'

/**
 * What an event's revenue is, everywhere: its property `revenue` when that is a JSON number, of either sign (a refund is below
 * zero) and in whole units of the currency, such as 11.77. A text that looks like a number is none. `public.to_revenue` says the
 * same in SQL.
 */
export const REVENUE_PROPERTY = 'revenue'
/** Its property `currency` when that is a text of three letters, in upper case; anything else is `NO_CURRENCY`. */
export const CURRENCY_PROPERTY = 'currency'
/** ISO 4217's code for "no currency involved". Sums of different currencies are never added up, nor is this one converted. */
export const NO_CURRENCY = 'XXX'

/** What revenue can be broken down by. */
export const REVENUE_DIMENSIONS = [
  'event',
  'route',
  'country',
  'device',
  'browser',
  'os',
  'utm_source',
  'referrer',
] as const
export type RevenueDimension = (typeof REVENUE_DIMENSIONS)[number]

/** Query of `GET /api/analytics/revenue`: a report's, and what `top` lists. */
export const revenueQuery = reportQuery.safeExtend({ by: z.enum(REVENUE_DIMENSIONS).default('event') })
export type RevenueQuery = z.output<typeof revenueQuery>

const totals = z.object({
  revenue: z.number(),
  /** Events with revenue in this currency. */
  count: z.int(),
  /** People with such an event. */
  payingPeople: z.int(),
  /** Null where nobody paid, or nobody came. Per person: of everybody active in the range. */
  averagePerEvent: z.number().nullable(),
  averagePerPayingPerson: z.number().nullable(),
  averagePerPerson: z.number().nullable(),
})
export type RevenueTotals = z.infer<typeof totals>

/** One currency of the answer; `series` has a point for each bucket of the range, `top` at most 50 values by revenue. */
export const currencyRevenue = z.object({
  currency: z.string(),
  totals,
  previous: totals,
  series: z.array(z.object({ start: z.iso.datetime(), revenue: z.number(), count: z.int(), payingPeople: z.int() })),
  top: z.array(z.object({ value: z.string().nullable(), revenue: z.number(), count: z.int(), payingPeople: z.int() })),
})
export type CurrencyRevenue = z.infer<typeof currencyRevenue>

/** Answer of `GET /api/analytics/revenue`: one entry per currency, at most 20, the one with most events first; none without revenue. */
export const revenueReport = z.object({
  /** People active in the range, paying or not, and in the one before. */
  people: z.int(),
  previousPeople: z.int(),
  by: z.enum(REVENUE_DIMENSIONS),
  currencies: z.array(currencyRevenue),
})
export type RevenueReport = z.infer<typeof revenueReport>
