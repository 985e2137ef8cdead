import type { Vital } from '../core/vitals'
import { callFunction } from './client'
import { type ReportScope, type SeriesScope, type StoreFilters, toRangeArgs } from './report-scope'

/** Which navigations: of a range, a kind, and filters that only navigations know besides the common ones. */
export type VitalScope = Omit<ReportScope, 'filters'> & {
  filters: StoreFilters & { connection?: string; release?: string }
  isSoft: boolean
}

/**
 * A histogram as the store gives it: `digits` are the decimal digits of its number, twelve per bucket, highest first, without the
 * zeros at the end; `length` is how many there were with them. `zero` samples are in no bucket.
 */
export type PackedHistogram = { count: number; zero: number; digits: string; length: number }
export type VitalTotals = PackedHistogram & { good: number; poor: number }
export type VitalPoint = { start: number; p75: number | null; count: number }
export type VitalOverview = {
  hard: number
  soft: number
  vitals: Record<Vital, VitalTotals>
  series: Record<Vital, VitalPoint[]> | null
}

export type VitalDimension = 'route' | 'device' | 'connection' | 'country' | 'browser' | 'navigation_type' | 'release'
export type VitalGroupRow = { dimension: VitalDimension; value: string; count: number } & Partial<
  Record<Vital, { count: number; good: number; poor: number; p75: number }>
>
export type CustomHistogramRow = {
  name: string
  count: number
  positive?: PackedHistogram
  negative?: PackedHistogram
}

export type ReleaseRow = { release: string; first_ms: number; last_ms: number; count: number }
export type ReleaseHistogramRow = PackedHistogram & { release: string; route: string | null; vital: Vital }

/** One navigation, or custom metrics alone: a row of the store with what reports need of it. */
export type VitalSample = Record<Vital, number | null> & {
  timestamp: number
  route: string | null
  device: string | null
  connection: string | null
  country: string | null
  browser: string | null
  navigation_type: string | null
  release: string | null
  custom: Readonly<Record<string, number>> | null
}

export type CausesRow = {
  count: number
  limit: number
  isWhole: boolean
  parts: readonly { part: string; count: number; p75: number; total: number }[]
  causes: readonly { kind: string; value: string; count: number; slowCount: number; p75: number }[]
}

function toFilterArgs({ filters, includeBots }: VitalScope) {
  return { p_filters: filters, p_include_bots: includeBots }
}

function toVitalArgs(scope: VitalScope) {
  return { ...toRangeArgs(scope), ...toFilterArgs(scope), p_is_soft: scope.isSoft }
}

/**
 * Navigations of both kinds, and each vital over the range; with `series` also p75 and samples per bucket, empty ones included,
 * `start` in ms. Counts are exact, p75 within 1 %.
 */
export function readVitalOverview(scope: VitalScope, series: SeriesScope | null): Promise<VitalOverview> {
  return callFunction('get_vital_overview', {
    ...toVitalArgs(scope),
    p_bucket: series?.bucket ?? null,
    p_timezone: series?.timezone ?? null,
  })
}

/** p75, samples and classes of each vital by the values of each dimension; 50 values each, of routes 100, most navigations first. */
export function readVitalBreakdowns(
  scope: VitalScope,
  dimensions: readonly VitalDimension[],
): Promise<VitalGroupRow[]> {
  return callFunction('get_vital_breakdowns', { ...toVitalArgs(scope), p_dimensions: dimensions })
}

/** The 100 custom metrics with most samples, whatever the navigation. */
export function readCustomHistograms(scope: VitalScope): Promise<CustomHistogramRow[]> {
  return callFunction('get_custom_histograms', { ...toRangeArgs(scope), ...toFilterArgs(scope) })
}

/** Releases of the range, newest first, and the vitals of those to compare, by default the newest two; all and by route. */
export function readReleaseHistograms(
  scope: VitalScope,
  releases: readonly string[] | null,
): Promise<{ releases: ReleaseRow[]; histograms: ReleaseHistogramRow[] }> {
  return callFunction('get_release_histograms', { ...toVitalArgs(scope), p_releases: releases })
}

/** The rows themselves, of both kinds; null when there are more than `limit`. */
export function readVitalSamples(scope: VitalScope, limit: number): Promise<VitalSample[] | null> {
  return callFunction('get_vital_samples', { ...toRangeArgs(scope), ...toFilterArgs(scope), p_limit: limit })
}

/** What the newest samples of a vital were caused by. */
export function readVitalCauses(scope: VitalScope, vital: Vital): Promise<CausesRow> {
  return callFunction('get_vital_causes', { ...toVitalArgs(scope), p_vital: vital })
}
