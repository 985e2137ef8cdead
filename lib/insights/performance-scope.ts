import type { PerformanceQuery } from '../contracts/performance-report'
import type { Project } from '../database/projects'
import type { SeriesScope } from '../database/report-scope'
import type { VitalScope } from '../database/vital-reports'
import { toReportQuestion } from './report-range'

/** What a query of the performance reports asks the store: the range, the one before it, and the buckets of the series. */
export type PerformanceQuestion = { scope: VitalScope; previous: VitalScope; series: SeriesScope }

/** The question in a query. Throws as `toReportQuestion` does. */
export function toPerformanceQuestion(project: Project, query: PerformanceQuery, nowMs: number): PerformanceQuestion {
  const { scope, previous, series } = toReportQuestion(project, query, nowMs)
  const own = {
    isSoft: query.navigations === 'soft',
    filters: {
      ...scope.filters,
      ...(query.connection !== undefined && { connection: query.connection }),
      ...(query.release !== undefined && { release: query.release }),
    },
  }
  return { scope: { ...scope, ...own }, previous: { ...previous, ...own }, series }
}
