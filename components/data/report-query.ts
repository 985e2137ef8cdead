import type { RangeName } from '@/lib/core/time-range'
import { collectPath } from '@/lib/platform/public-env'

/** What the dashboard asks of a report. `timezone` is the zone of the series' buckets; without it the project's holds. */
export type ReportQuery = {
  project: string
  range: RangeName
  timezone?: string | undefined
  /** Only rows of this route pattern. */
  route?: string | undefined
  /** `'true'`: rows marked as bots count, too. */
  bots?: 'true' | undefined
}

/**
 * The address of one report for one query, at the neutral path, which lists of trackers do not block. Equal queries give equal
 * text, which is what SWR caches by.
 */
export function toReportPath(report: string, { project, range, timezone, route, bots }: ReportQuery): string {
  const query = new URLSearchParams({ project, range })
  if (timezone) query.set('timezone', timezone)
  if (route) query.set('route', route)
  if (bots) query.set('bots', bots)
  return `${collectPath}/${report}?${query}`
}

/** The query without what calls to models and database queries know nothing of: they have no route and are no visits. */
export function toServerSideQuery(query: ReportQuery): ReportQuery {
  return { ...query, route: undefined, bots: undefined }
}
