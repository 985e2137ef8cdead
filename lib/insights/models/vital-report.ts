import { toRatio } from '../../core/ratio'
import { VITAL_THRESHOLDS, VITALS, type Vital, type VitalRating } from '../../core/vitals'
import { toIntervalRanks } from './percentile-interval'
import { type RankedSamples, toPercentile, toRank } from './ranked-samples'

/** Web vitals are judged here: https://web.dev/articles/vitals. */
const JUDGED_AT = 0.75

type Value = number | null
export type VitalClasses = { count: number; good: number; poor: number }
export type VitalFigures = {
  p50: Value
  p75: Value
  p90: Value
  p95: Value
  p99: Value
  p75Interval: { low: number; high: number } | null
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

/** The class of p75, from how many samples are of which class: exact even where p75 itself is not. Null without samples. */
export function toRatingOfClasses({ count, good, poor }: VitalClasses): VitalRating | null {
  if (count === 0) return null
  const rank = toRank(count, JUDGED_AT)
  if (rank <= good) return 'good'
  return rank <= count - poor ? 'needsImprovement' : 'poor'
}

/**
 * p75 with its rating. A p75 from a histogram may lie on the other side of a threshold than the true one; it is moved to the
 * threshold then, which is nearer to the truth. All null without samples.
 */
export function toRatedP75(
  vital: Vital,
  classes: VitalClasses,
  p75: Value,
): { p75: Value; count: number; rating: VitalRating | null } {
  const rating = toRatingOfClasses(classes)
  return { p75: p75 === null || rating === null ? null : moveInto(vital, rating, p75), count: classes.count, rating }
}

/**
 * Figures of one vital: classes as shares of its samples, rated at its p75, which has its 95 % confidence interval. All null, with
 * count 0, without samples.
 */
export function toVitalFigures(vital: Vital, classes: VitalClasses, samples: RankedSamples): VitalFigures {
  const { count, good, poor } = classes
  const { p75, rating } = toRatedP75(vital, classes, toPercentile(samples, JUDGED_AT))
  return {
    p50: toPercentile(samples, 0.5),
    p75,
    p90: toPercentile(samples, 0.9),
    p95: toPercentile(samples, 0.95),
    p99: toPercentile(samples, 0.99),
    p75Interval: p75 === null ? null : toP75Interval(samples, p75),
    count,
    good: toRatio(good, count),
    needsImprovement: toRatio(count - good - poor, count),
    poor: toRatio(poor, count),
    rating,
  }
}

/** The 95 % confidence interval of p75, which it always holds; null when there are too few samples for one. */
export function toP75Interval(samples: RankedSamples, p75: number): { low: number; high: number } | null {
  const ranks = toIntervalRanks(samples.count, JUDGED_AT)
  if (ranks === null) return null
  return { low: Math.min(samples.at(ranks.low), p75), high: Math.max(samples.at(ranks.high), p75) }
}

function moveInto(vital: Vital, rating: VitalRating, p75: number): number {
  const [good, needsImprovement] = VITAL_THRESHOLDS[vital]
  // A boundary belongs to the better class: the worse one begins just above it.
  const [low, high] = {
    good: [0, good],
    needsImprovement: [good * (1 + 1e-9), needsImprovement],
    poor: [needsImprovement * (1 + 1e-9), Infinity],
  }[rating] as [number, number]
  return Math.min(Math.max(p75, low), high)
}
