import type { RangeName } from '@/lib/core/time-range'

/** What the dashboard asks of a report. `timezone` is the zone of the series' buckets; without it the project's holds. */
export type ReportQuery = {
  project: string
  range: RangeName
  timezone?: string | undefined
  /** Only rows of this route pattern. */
  route?: string | undefined
}

/** The address of one report for one query. Equal queries give equal text, which is what SWR caches by. */
export function toReportPath(report: string, { project, range, timezone, route }: ReportQuery): string {
  const query = new URLSearchParams({ project, range })
  if (timezone) query.set('timezone', timezone)
  if (route) query.set('route', route)
  return `/api/analytics/${report}?${query}`
}
