import { callFunction } from './client'
import { type ReportScope, type SeriesScope, toRangeArgs, toSeriesArgs } from './report-scope'

/** AI calls have no route, device or bot marks: of the filters only a segment means something, for calls of known users. */
type Scope = Pick<ReportScope, 'projectId' | 'fromMs' | 'toMs'> & Partial<Pick<ReportScope, 'filters'>>

type Counts = { requests: number; errors: number; cache_hits: number; tokens: number; cost_usd: number | null }
export type AiPoint = { start: number; requests: number; errors: number; p95: number | null; costUsd: number | null }
export type AiGroupRow = Counts & { name: string; p50: number | null; p95: number | null }
export type AiReportRows = {
  summary: Counts & { p50: number | null; p95: number | null; p99: number | null }
  previous: Counts
  series: AiPoint[]
  models: AiGroupRow[]
  endpoints: AiGroupRow[]
}

/** Up to so many calls of a range every percentile is a measured one; of more it is within 1 % of that. */
export const EXACT_CALLS_MAX = 10_000

/**
 * The AI calls of the range and of the one before it: together, per bucket (empty ones included, `start` in ms), and of the 50 models
 * and endpoints with most calls. Counts, tokens and costs are exact.
 */
export function readAiReport(
  { filters: { segment, now } = {}, ...scope }: Scope,
  series: SeriesScope,
  exactMax: number = EXACT_CALLS_MAX,
): Promise<AiReportRows> {
  return callFunction('get_ai_report', {
    ...toRangeArgs(scope),
    ...toSeriesArgs(series),
    p_filters: segment === undefined ? {} : { segment, now },
    p_exact_max: exactMax,
  })
}
