import type { EXACT_FILTERS } from '../contracts/report-filter'
import type { ProjectId } from '../core/ids'
import type { TimeRange } from '../core/time-range'

/**
 * `p_filters` of report functions, as `build_filter` reads it: exact matches, and a segment by its definition or its id, with
 * the instant (ms) at which it is asked.
 */
export type StoreFilters = Readonly<
  Partial<Record<(typeof EXACT_FILTERS)[number] | 'event', string>> & { segment?: unknown; now?: number }
>

/** Which rows a report speaks about: one project, `[fromMs, toMs)`, filters, and whether marked bots count. */
export type ReportScope = TimeRange & {
  projectId: ProjectId
  filters: StoreFilters
  includeBots: boolean
}

/** The buckets of a series: their size, and the time zone by Postgres' name (`toStoreTimezone`). */
export type SeriesScope = { bucket: 'hour' | 'day'; timezone: string }

/** The arguments for project and range that every report function has. */
export function toRangeArgs({ projectId, fromMs, toMs }: Pick<ReportScope, 'projectId' | 'fromMs' | 'toMs'>) {
  return { p_project_id: projectId, p_from: fromMs, p_to: toMs }
}

/** The arguments of a report function that can be filtered. */
export function toScopeArgs(scope: ReportScope) {
  return { ...toRangeArgs(scope), p_filters: scope.filters, p_include_bots: scope.includeBots }
}

/** The arguments of a series function for its buckets. */
export function toSeriesArgs({ bucket, timezone }: SeriesScope) {
  return { p_bucket: bucket, p_timezone: timezone }
}

/** The row of a function that always gives exactly one. Throws when it gave none, which is a fault of the function. */
export function toOnlyRow<Row>(rows: readonly Row[]): Row {
  const [row] = rows
  if (row === undefined) throw new Error('a function that gives one row gave none')
  return row
}
