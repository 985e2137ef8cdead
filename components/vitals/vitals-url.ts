import { BREAKDOWNS, type Breakdown } from '@/lib/contracts/performance-breakdown'
import { VITALS, type Vital } from '@/lib/core/vitals'

/** Which percentile the figures show; web vitals are judged at p75 whichever it is. */
export const PERCENTILES = ['p50', 'p75', 'p90', 'p95', 'p99'] as const
export type Percentile = (typeof PERCENTILES)[number]

/** What the page looks at besides the filter bar; it lives in the address. */
export type VitalsState = {
  metric: Vital
  navigations: 'hard' | 'soft'
  percentile: Percentile
  by: Breakdown
  connection: string | null
  release: string | null
  before: string | null
  after: string | null
}

/** The state in an address; what is missing or not understood falls back. */
export function parseVitalsUrl(search: Pick<URLSearchParams, 'get'>): VitalsState {
  const pick = <Choice extends string>(name: string, choices: readonly Choice[], fallback: Choice): Choice =>
    choices.find((choice) => choice === search.get(name)) ?? fallback
  return {
    metric: pick('metric', VITALS, 'lcp'),
    navigations: pick('navigations', ['hard', 'soft'], 'hard'),
    percentile: pick('percentile', PERCENTILES, 'p75'),
    by: pick('by', BREAKDOWNS, 'route'),
    connection: search.get('connection') || null,
    release: search.get('release') || null,
    before: search.get('before') || null,
    after: search.get('after') || null,
  }
}
