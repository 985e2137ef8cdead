import { callFunction } from './client'
import { type ReportScope, type SeriesScope, toOnlyRow, toRangeArgs, toSeriesArgs } from './report-scope'

/** AI calls have no route, device or bot marks: of the filters only a segment means something, for calls of known users. */
type Scope = Pick<ReportScope, 'projectId' | 'fromMs' | 'toMs'> & Partial<Pick<ReportScope, 'filters'>>

function toArgs({ filters: { segment, now } = {}, ...scope }: Scope) {
  return { ...toRangeArgs(scope), p_filters: segment === undefined ? {} : { segment, now } }
}

type Counts = { requests: number; errors: number; cache_hits: number; tokens: number; cost_usd: number | null }
export type AiSummaryRow = Counts & { p50: number | null; p95: number | null; p99: number | null }
export type AiPoint = { start: number; requests: number; errors: number; p95: number | null; costUsd: number | null }
export type AiGroupRow = Counts & { name: string; p50: number | null; p95: number | null }

/** Calls, errors, cache hits, tokens, cost and latency of the range. */
export async function readAiSummary(scope: Scope): Promise<AiSummaryRow> {
  return toOnlyRow(await callFunction<AiSummaryRow[]>('get_ai_summary', toArgs(scope)))
}

/** The same per bucket, empty ones included; `start` in ms. */
export function readAiSeries(scope: Scope, series: SeriesScope): Promise<AiPoint[]> {
  return callFunction('get_ai_series', { ...toArgs(scope), ...toSeriesArgs(series) })
}

/** The same for the 50 models or endpoints with most calls. */
export function readAiGroups(scope: Scope, group: 'model' | 'endpoint'): Promise<AiGroupRow[]> {
  return callFunction('get_ai_groups', { ...toArgs(scope), p_group: group })
}
