import type { PerformanceReport } from '../contracts/performance-report'
import type { ReportQuery } from '../contracts/report-query'
import { toVitalRating } from '../core/vitals'
import type { Project } from '../database/projects'
import {
  readCustomMetrics,
  readNavigationCounts,
  readVitalRoutes,
  readVitalSeries,
  readVitalSummaries,
} from '../database/vital-reports'
import { toPerVital, toVitalFigures } from './models/vital-report'
import { refuseUnusable, toIso, toReportQuestion } from './report-range'

/**
 * How pages felt in the range: each web vital with its series and classes, by route, and against the range before. All figures
 * but `navigations.soft` and `custom` are those of hard navigations; percentiles are nearest-rank; what was not measured is
 * null. The `event` filter means nothing here. Throws `invalid_request` for a range or a value beyond the store's.
 */
export async function readPerformanceReport(
  project: Project,
  query: ReportQuery,
  nowMs: number,
): Promise<PerformanceReport> {
  const question = toReportQuestion(project, query, nowMs)
  const [summaries, series, routes, navigations, custom, previous] = await refuseUnusable(
    Promise.all([
      readVitalSummaries(question.scope),
      readVitalSeries(question.scope, question.series),
      readVitalRoutes(question.scope),
      readNavigationCounts(question.scope),
      readCustomMetrics(question.scope),
      readVitalSummaries(question.previous),
    ]),
  )
  return {
    metrics: toPerVital((vital) => ({
      ...toVitalFigures(vital, summaries),
      p75Interval: null,
      series: series[vital].map(({ start, p75, count }) => ({ start: toIso(start), p75, count })),
    })),
    routes: routes.map((row) => ({
      route: row.route,
      count: row.count,
      ...toPerVital((vital) => ({
        p75: row[vital],
        count: row[`${vital}_count`],
        rating: toVitalRating(vital, row[vital]),
      })),
    })),
    breakdowns: { device: [], connection: [], country: [], browser: [], navigationType: [], release: [] },
    navigations,
    custom,
    precision: 'exact',
    previous: toPerVital((vital) => {
      const { p75, count } = toVitalFigures(vital, previous)
      return { p75, count }
    }),
  }
}
