'use client'

import { type EventsReport, eventsReport } from '@/lib/contracts/events-report'
import type { ReportQuery } from './report-query'
import { type ReportOptions, type ReportState, useReport } from './use-report'

/** Totals, series, top events and pages, and named funnels of a query. */
export function useEventsReport(
  query: ReportQuery | null,
  options: ReportOptions<EventsReport>,
): ReportState<EventsReport> {
  return useReport('events', eventsReport, query, options)
}
