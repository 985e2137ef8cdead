'use client'

import type { EventsReport } from '@/lib/contracts/events-report'
import { toPreviousRange, toTimeRange } from '@/lib/core/time-range'
import type { ReportQuery } from './report-query'
import { useEventsReport } from './use-events-report'
import type { DatedReport, ReportState } from './use-report'

/** The events report of the period right before the one that `dated` covers; null waits for it. */
export function useEventsBefore(
  query: ReportQuery | null,
  dated: DatedReport<EventsReport> | null,
): ReportState<EventsReport> {
  const asked = query && dated && toQueryBefore(query, dated)
  return useEventsReport(asked, { refreshIntervalMs: 0 })
}

function toQueryBefore(query: ReportQuery, { range, answeredAtMs }: DatedReport<EventsReport>): ReportQuery {
  const covered = typeof range === 'string' ? toTimeRange(range, answeredAtMs) : range
  const { fromMs, toMs } = toPreviousRange(covered)
  return { ...query, range: undefined, from: fromMs, to: toMs }
}
