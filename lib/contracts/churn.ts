import { z } from 'zod'
import { FILTER_FIELDS } from './report-filter'
import { timezone } from './report-query'

const days = (max: number) => z.coerce.number().int().min(1).max(max)
const fields = {
  project: z.string().min(1).max(200).default('default'),
  timezone: timezone.optional(),
  ...FILTER_FIELDS,
  event: z.string().min(1).max(2_048).optional(),
  bots: z.enum(['true', 'false']).optional(),
  limit: days(500).default(50),
}

/** Query of `GET /api/analytics/churned`: active on `atLeast` or more of the `active` days before the last `silent` days, and not since. */
export const churnedQuery = z.object({
  ...fields,
  active: days(366).default(30),
  silent: days(366).default(30),
  atLeast: days(366).default(1),
})
export type ChurnedQuery = z.output<typeof churnedQuery>

/** Query of `GET /api/analytics/at-risk`: rhythm over the last `active` days; who is silent for `silent` days is churned, not at risk. */
export const atRiskQuery = z.object({ ...fields, active: days(366).default(90), silent: days(366).default(30) })
export type AtRiskQuery = z.output<typeof atRiskQuery>

/** The link to a person is `/admin/people/<personId>`. Days are local days of the time zone; today counts. */
const person = z.object({
  personId: z.string(),
  /** The application's own id; null while nobody is signed in. */
  externalId: z.string().nullable(),
  /** The start of the last local day with activity. */
  lastSeen: z.iso.datetime(),
  /** Local days from that day to today. */
  silentDays: z.int(),
  /** Days with activity in the period that was looked at. */
  activeDays: z.int(),
})

/** The latest to leave first, then the most active. `total` counts all of them. */
export const churnedReport = z.object({ total: z.int(), people: z.array(person) })
export type ChurnedReport = z.infer<typeof churnedReport>

/** The most active first. `averageGapDays`: from one active day to the next. */
export const atRiskReport = z.object({
  total: z.int(),
  people: z.array(z.object({ ...person.shape, averageGapDays: z.number() })),
})
export type AtRiskReport = z.infer<typeof atRiskReport>
