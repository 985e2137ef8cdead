import { callFunction } from './client'
import { type ReportScope, type SeriesScope, toOnlyRow, toScopeArgs, toSeriesArgs } from './report-scope'

export type EventTotals = { events: number; pageviews: number; people: number; sessions: number; conversions: number }
export type EventPoint = { start: number; events: number; people: number }
export type EventCount = { event: string; count: number; people: number }
export type PageCount = { route: string; count: number; people: number }
export type NamedFunnelRow = { funnel: string; step_index: number; step: string; people: number }

/** Events, page views, people, sessions and conversions of the range. */
export async function readEventTotals(scope: ReportScope): Promise<EventTotals> {
  return toOnlyRow(await callFunction<EventTotals[]>('get_event_totals', toScopeArgs(scope)))
}

/** Events and people per bucket, empty ones included; `start` in ms. */
export function readEventSeries(scope: ReportScope, series: SeriesScope): Promise<EventPoint[]> {
  return callFunction('get_event_series', { ...toScopeArgs(scope), ...toSeriesArgs(series) })
}

/** The 50 most frequent event names. */
export function readTopEvents(scope: ReportScope): Promise<EventCount[]> {
  return callFunction('get_top_events', toScopeArgs(scope))
}

/** The 50 routes with most page views. */
export function readTopPages(scope: ReportScope): Promise<PageCount[]> {
  return callFunction('get_top_pages', toScopeArgs(scope))
}

/** People per step of the named funnels: one row per step, in order, the rows of a funnel together. */
export function readNamedFunnels(scope: ReportScope): Promise<NamedFunnelRow[]> {
  return callFunction('get_named_funnels', toScopeArgs(scope))
}
