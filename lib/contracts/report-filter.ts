import { z } from 'zod'

const exact = z.string().min(1).max(2_048).optional()

/**
 * Whom and what a report speaks about besides its range: all given parts must hold, each an exact match. `segment` is the id of
 * a saved segment. The body of POST reports has it as `filter`; the query string of GET reports has the same names.
 */
export const FILTER_FIELDS = {
  route: exact,
  device: exact,
  country: exact,
  browser: exact,
  os: exact,
  referrer: exact,
  utm_source: exact,
  segment: exact,
} as const

export const reportFilter = z.strictObject(FILTER_FIELDS)
export type ReportFilter = z.output<typeof reportFilter>

/** The filters whose value goes to the store as it is; `segment` is looked up first. */
export const EXACT_FILTERS = ['route', 'device', 'country', 'browser', 'os', 'referrer', 'utm_source'] as const
