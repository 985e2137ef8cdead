import type { ReportFilter } from '@/lib/contracts/report-filter'
import { addDays, toStartOfDayMs } from '@/lib/core/local-date'
import { type RangeName, type TimeRange, toTimeRange } from '@/lib/core/time-range'
import type { ReportQuery } from '../data/report-query'
import type { FilterState, ReportSpan } from './parse-report-filters'

/** Whose reports are asked for; `timezone` is the zone of days and hours, null for the project's own. */
export type QueryScope = { project: string; timezone: string | null }

/** The range in a report's question: a name, or instants in Unix ms, `to` exclusive. */
export type AskedRange = { range: RangeName; from?: never; to?: never } | { range?: never; from: number; to: number }

/** What POST reports take besides their own fields. The project goes into the query string. */
export type ReportBody = AskedRange & { timezone?: string; filter?: ReportFilter; bots?: true }

/** The question for a span: days begin and end at midnight of the zone (UTC while none is known). */
export function toAskedRange(span: ReportSpan, timezone: string | null): AskedRange {
  if (span.kind === 'range') return { range: span.range }
  const zone = timezone ?? 'UTC'
  return { from: toStartOfDayMs(span.firstDay, zone), to: toStartOfDayMs(addDays(span.lastDay, 1), zone) }
}

/** The instants of a span, a named one as of `nowMs`. */
export function toSpanRange(span: ReportSpan, timezone: string | null, nowMs: number): TimeRange {
  const asked = toAskedRange(span, timezone)
  return asked.range === undefined ? { fromMs: asked.from, toMs: asked.to } : toTimeRange(asked.range, nowMs)
}

/** The query of GET reports for a state. */
export function toReportQuery(state: Omit<FilterState, 'compare'>, { project, timezone }: QueryScope): ReportQuery {
  return {
    project,
    ...toAskedRange(state.span, timezone),
    ...(timezone !== null && { timezone }),
    ...state.filter,
    ...(state.bots && { bots: 'true' }),
  }
}

/** The shared part of the body of POST reports for a state. */
export function toReportBody(
  { span, filter, bots }: Omit<FilterState, 'compare'>,
  { timezone }: QueryScope,
): ReportBody {
  return {
    ...toAskedRange(span, timezone),
    ...(timezone !== null && { timezone }),
    ...(Object.keys(filter).length > 0 && { filter }),
    ...(bots && { bots }),
  }
}
