import { EXACT_FILTERS, type ReportFilter } from '../contracts/report-filter'
import type { ReportQuery } from '../contracts/report-query'
import { AppError } from '../core/errors'
import { DAY_MS, type RangeName, type TimeRange, toBucket, toPreviousRange, toTimeRange } from '../core/time-range'
import { readStoreCode } from '../database/client'
import type { Project } from '../database/projects'
import type { ReportScope, SeriesScope, StoreFilters } from '../database/report-scope'
import { toStoreTimezone } from './models/store-timezone'

/** A series has at most this many points: 150 years of days. */
const SERIES_POINTS_MAX = 54_800
/** The instants the store keeps: the years 1 to 9999. */
const INSTANT_MIN_MS = -62_135_596_800_000
const INSTANT_MAX_MS = 253_402_300_800_000

/** What `build_segment_people` raises for an id that the project does not have. */
const UNKNOWN_SEGMENT = '22S01'

type RangeQuery = { range?: RangeName | undefined; from?: number | undefined; to?: number | undefined }

/**
 * The range a query asks for: `from` and `to`, else the named one up to now, else the last 24 hours. Throws `invalid_request`
 * when it reaches beyond the years 1 to 9999.
 */
export function toQueryRange(query: RangeQuery, nowMs: number): TimeRange {
  const { from, to } = query
  if (from === undefined || to === undefined) return toTimeRange(query.range ?? '24h', nowMs)
  if (from < INSTANT_MIN_MS || to > INSTANT_MAX_MS) {
    throw new AppError('invalid_request', 'The range reaches beyond the years 1 to 9999.', {
      issues: [{ path: from < INSTANT_MIN_MS ? 'from' : 'to', message: 'expected an instant of the years 1 to 9999' }],
    })
  }
  return { fromMs: from, toMs: to }
}

/** What a report's query string asks the store: the range, the one before it, and the buckets of the series. */
export type ReportQuestion = { scope: ReportScope; previous: ReportScope; series: SeriesScope }

/**
 * The question in a report's query. The time zone is the project's unless the query names one. Throws `invalid_request` for a
 * range with more buckets than an answer can hold.
 */
export function toReportQuestion(project: Project, query: ReportQuery, nowMs: number): ReportQuestion {
  const range = toQueryRange(query, nowMs)
  const bucket = toBucket(range)
  if (bucket === 'day' && range.toMs - range.fromMs > SERIES_POINTS_MAX * DAY_MS) {
    throw new AppError('invalid_request', 'The range is too long; ask for at most 150 years.', {
      issues: [{ path: 'from', message: 'expected a range of at most 150 years' }],
    })
  }
  const filters = toStoreFilters(query, nowMs)
  const scope = { projectId: project.id, filters, includeBots: query.bots === 'true' }
  return {
    scope: { ...scope, ...range },
    previous: { ...scope, ...toPreviousRange(range) },
    series: { bucket, timezone: toStoreTimezone(query.timezone ?? project.timezone) },
  }
}

/**
 * The `p_filters` of a report function: what of the filter is given, from a query string or from the `filter` of a body. A segment
 * goes by its id; the store looks it up, and asks who is of it at `nowMs`.
 */
export function toStoreFilters(
  filter: (ReportFilter & { event?: string | undefined }) | undefined,
  nowMs: number,
): StoreFilters {
  const filters: Record<string, string | number> = {}
  for (const key of [...EXACT_FILTERS, 'event', 'segment'] as const) {
    const value = filter?.[key]
    if (value !== undefined) filters[key] = value
  }
  if (filters.segment !== undefined) filters.now = nowMs
  return filters
}

/** ISO 8601 text of an instant of the store. */
export function toIso(ms: number): string {
  return new Date(ms).toISOString()
}

/**
 * The work's result. A value that the store cannot use, such as text with a NUL character or a time zone it does not know (any
 * SQLSTATE of class 22, data exception), is the caller's to mend: `invalid_request`.
 */
export async function refuseUnusable<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    const code = readStoreCode(error)
    if (!code?.startsWith('22')) throw error
    if (code === UNKNOWN_SEGMENT) {
      throw new AppError('invalid_request', 'The project has no such segment, or not any more.', {
        cause: error,
        issues: [{ path: 'segment', message: 'expected the id of a segment of the project' }],
      })
    }
    throw new AppError('invalid_request', 'The store cannot use one of the values given.', { cause: error })
  }
}
