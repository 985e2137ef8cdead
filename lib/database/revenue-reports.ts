import type { RevenueDimension } from '../contracts/revenue'
import { callFunction } from './client'
import { type ReportScope, type SeriesScope, toScopeArgs, toSeriesArgs } from './report-scope'

type Sums = { currency: string; revenue: number; count: number; paying_people: number }

/** Revenue as the store sums it up: `position` counts the buckets of `starts` (ms) from 1, and only those with revenue are there. */
export type RevenueRows = {
  starts: number[]
  totals: (Sums & { is_previous: boolean })[]
  points: (Sums & { position: number })[]
  top: (Sums & { value: string | null })[]
}

/** Revenue of the range and of the one before it, by currency and by one dimension. */
export function readRevenue(scope: ReportScope, series: SeriesScope, by: RevenueDimension): Promise<RevenueRows> {
  return callFunction('get_revenue', { ...toScopeArgs(scope), ...toSeriesArgs(series), p_by: by })
}
