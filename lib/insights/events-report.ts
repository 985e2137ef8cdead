import type { EventsReport } from '../contracts/events-report'
import type { ReportQuery } from '../contracts/report-query'
import {
  readEventSeries,
  readEventTotals,
  readNamedFunnels,
  readTopEvents,
  readTopPages,
} from '../database/event-reports'
import type { Project } from '../database/projects'
import { toNamedFunnels } from './models/named-funnels'
import { refuseUnusable, toIso, toReportQuestion } from './report-range'

/**
 * What people did in the range, and in the one before it: totals, series, most frequent events and pages, named funnels.
 * The `event` filter narrows events and pages, not conversions. Throws `invalid_request` for a range or a value beyond the store's.
 */
export async function readEventsReport(project: Project, query: ReportQuery, nowMs: number): Promise<EventsReport> {
  const question = toReportQuestion(project, query, nowMs)
  const [totals, previous, series, top, funnels, pages] = await refuseUnusable(
    Promise.all([
      readEventTotals(question.scope),
      readEventTotals(question.previous),
      readEventSeries(question.scope, question.series),
      readTopEvents(question.scope),
      readNamedFunnels(question.scope),
      readTopPages(question.scope),
    ]),
  )
  return {
    totals,
    previous,
    series: series.map((point) => ({ ...point, start: toIso(point.start) })),
    top,
    funnels: toNamedFunnels(funnels),
    pages,
  }
}
