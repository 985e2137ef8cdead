import { VITAL_THRESHOLDS, type Vital } from '../core/vitals'
import { callFunction } from './client'
import { type ReportScope, type SeriesScope, toOnlyRow, toScopeArgs, toSeriesArgs } from './report-scope'

type Percentiles = {
  p50: number | null
  p75: number | null
  p90: number | null
  p95: number | null
  p99: number | null
}
type Classes = { count: number; good: number; needs_improvement: number; poor: number }
export type VitalSummaryRow = { vital: Vital } & Percentiles & Classes
export type VitalPoint = { start: number; p75: number | null; count: number }
export type VitalRouteRow = { route: string; count: number } & Record<Vital, number | null> &
  Record<`${Vital}_count`, number>
export type NavigationCounts = { hard: number; soft: number }
export type CustomMetricRow = {
  name: string
  count: number
  p50: number | null
  p75: number | null
  p95: number | null
}

/** Percentiles, samples and classes of all five vitals over hard navigations; one row each, also without samples. */
export function readVitalSummaries(scope: ReportScope): Promise<VitalSummaryRow[]> {
  return callFunction('get_vital_summaries', { ...toScopeArgs(scope), p_thresholds: VITAL_THRESHOLDS })
}

/** p75 and samples of each vital per bucket, empty ones included; `start` in ms. */
export function readVitalSeries(scope: ReportScope, series: SeriesScope): Promise<Record<Vital, VitalPoint[]>> {
  return callFunction('get_vital_series', { ...toScopeArgs(scope), ...toSeriesArgs(series) })
}

/** p75 and samples of each vital for the 100 routes with most navigations. */
export function readVitalRoutes(scope: ReportScope): Promise<VitalRouteRow[]> {
  return callFunction('get_vital_routes', toScopeArgs(scope))
}

/** Hard and soft navigations of the range. */
export async function readNavigationCounts(scope: ReportScope): Promise<NavigationCounts> {
  return toOnlyRow(await callFunction<NavigationCounts[]>('get_navigation_counts', toScopeArgs(scope)))
}

/** Samples and percentiles of the 100 custom metrics with most samples. */
export function readCustomMetrics(scope: ReportScope): Promise<CustomMetricRow[]> {
  return callFunction('get_custom_metrics', toScopeArgs(scope))
}
