import { toRatio } from '../../core/ratio'

type AiCounts = { requests: number; errors: number; cache_hits: number; tokens: number; cost_usd: number | null }
export type AiTotals = {
  requests: number
  errors: number
  errorRatio: number | null
  cacheHitRatio: number | null
  tokens: number
  costUsd: number | null
}

/** Counts of AI calls with their ratios to all calls; the ratios are null without calls, the cost when none was reported. */
export function toAiTotals(row: AiCounts): AiTotals {
  return {
    requests: row.requests,
    errors: row.errors,
    errorRatio: toRatio(row.errors, row.requests),
    cacheHitRatio: toRatio(row.cache_hits, row.requests),
    tokens: row.tokens,
    costUsd: row.cost_usd,
  }
}

type QueryCounts = { queries: number; slow: number; cached: number }
export type QueryTotals = { queries: number; slow: number; slowRatio: number | null; cachedRatio: number | null }

/** Counts of database queries with their ratios to all queries; the ratios are null without queries. */
export function toQueryTotals({ queries, slow, cached }: QueryCounts): QueryTotals {
  return { queries, slow, slowRatio: toRatio(slow, queries), cachedRatio: toRatio(cached, queries) }
}
