import { toRatio } from '../../core/ratio'
import { toVitalRating, VITALS, type Vital, type VitalRating } from '../../core/vitals'

type Value = number | null
type SummaryRow = {
  vital: Vital
  p50: Value
  p75: Value
  p90: Value
  p95: Value
  p99: Value
  count: number
  good: number
  needs_improvement: number
  poor: number
}
export type VitalFigures = {
  p50: Value
  p75: Value
  p90: Value
  p95: Value
  p99: Value
  count: number
  good: Value
  needsImprovement: Value
  poor: Value
  rating: VitalRating | null
}

/** One entry per vital, by `make`. */
export function toPerVital<Entry>(make: (vital: Vital) => Entry): Record<Vital, Entry> {
  const entries = VITALS.map((vital) => [vital, make(vital)])
  return Object.fromEntries(entries) as Record<Vital, Entry>
}

/**
 * Figures of one vital: classes as shares of its samples, rated at its p75. All null, with count 0, when there is no row or no
 * sample.
 */
export function toVitalFigures(vital: Vital, rows: readonly SummaryRow[]): VitalFigures {
  const row = rows.find((each) => each.vital === vital)
  const count = row?.count ?? 0
  return {
    p50: row?.p50 ?? null,
    p75: row?.p75 ?? null,
    p90: row?.p90 ?? null,
    p95: row?.p95 ?? null,
    p99: row?.p99 ?? null,
    count,
    good: toRatio(row?.good ?? 0, count),
    needsImprovement: toRatio(row?.needs_improvement ?? 0, count),
    poor: toRatio(row?.poor ?? 0, count),
    rating: toVitalRating(vital, row?.p75 ?? null),
  }
}
