import type { ReportFilter } from '@/lib/contracts/report-filter'
import type { RangeName, TimeRange } from '@/lib/core/time-range'
import { collectPath } from '@/lib/platform/public-env'

/** Either a named range up to now, or `from` and `to` in Unix ms, `to` exclusive. */
type AskedRange =
  | { range: RangeName; from?: undefined; to?: undefined }
  | { range?: undefined; from: number; to: number }

/** What the dashboard asks of a GET report. `timezone` is the zone of the series' buckets; without it the project's holds. */
export type ReportQuery = AskedRange &
  ReportFilter & {
    project: string
    timezone?: string | undefined
    /** `'true'`: rows marked as bots count, too. */
    bots?: 'true' | undefined
  }

/** The range of a report: a name, which stands for another time with each answer, or the instants themselves. */
export type ReportRange = RangeName | TimeRange

/** The range a query asks for. */
export function toReportRange(query: AskedRange): ReportRange {
  return query.range ?? { fromMs: query.from, toMs: query.to }
}

/** Whether two ranges are the same question. */
export function isSameRange(one: ReportRange, other: ReportRange): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other
  return one.fromMs === other.fromMs && one.toMs === other.toMs
}

/** A request for a report as one can repeat it: its public path and what goes into the query string and the body. */
export type ReportRequest = {
  method: 'GET' | 'POST'
  /** Such as `/api/analytics/events`. */
  path: string
  query?: Readonly<Record<string, string | number | undefined>>
  body?: unknown
}

/** Where all reports are. */
export const REPORT_ROOT = '/api/analytics'

/**
 * The address a request is sent to: at the neutral path, which lists of trackers do not block. Equal requests give equal text,
 * which is what SWR caches by: undefined is left out, and names stand in a fixed order.
 */
export function toRequestPath({ path, query = {} }: Pick<ReportRequest, 'path' | 'query'>): string {
  const search = toSearch(query)
  const neutral = path.startsWith(`${REPORT_ROOT}/`) ? collectPath + path.slice(REPORT_ROOT.length) : path
  return search === '' ? neutral : `${neutral}?${search}`
}

/** A query string in the order of names that reads best: project and range first, then the rest by name. */
export function toSearch(query: NonNullable<ReportRequest['query']>): string {
  const first = ['project', 'range', 'from', 'to', 'timezone']
  const rank = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length)
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
  const ordered = given.toSorted(([a = ''], [b = '']) => rank(a) - rank(b) || (a < b ? -1 : 1))
  return new URLSearchParams(ordered as [string, string][]).toString()
}

/** The request for a GET report of the dashboard, by its name. */
export function toReportRequest(report: string, query: ReportQuery): ReportRequest {
  return { method: 'GET', path: `${REPORT_ROOT}/${report}`, query }
}

/** The address of one GET report for one query. */
export function toReportPath(report: string, query: ReportQuery): string {
  return toRequestPath(toReportRequest(report, query))
}

/** The query for calls to models: of the filters they know a segment alone, for they have a user but no page and no device. */
export function toAiQuery(query: ReportQuery): ReportQuery {
  return { ...toDatabaseQuery(query), ...(query.segment !== undefined && { segment: query.segment }) }
}

/** The query for database queries, which know no filter: they are nobody's. */
export function toDatabaseQuery({ project, timezone, ...rest }: ReportQuery): ReportQuery {
  const asked = rest.range === undefined ? { from: rest.from, to: rest.to } : { range: rest.range }
  return { project, ...asked, timezone }
}
