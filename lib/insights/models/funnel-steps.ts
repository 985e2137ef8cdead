import { DURATION_BOUNDS_MS } from '../../core/duration-buckets'
import { toRatio } from '../../core/ratio'

/** As the store counts them: people by place of the bucket, from 1. */
type Times = { medianMs: number; averageMs: number; histogram: Readonly<Record<string, number>> }
export type HistogramBucket = { fromMs: number; toMs: number | null; count: number }
export type TimeFigures = { medianMs: number; averageMs: number; histogram: HistogramBucket[] }
export type FunnelStepFigures = {
  index: number
  event: string
  count: number
  conversionRatio: number | null
  stepRatio: number | null
  dropOffCount: number
  medianMsFromPrevious: number | null
  averageMsFromPrevious: number | null
  timeToConvert: TimeFigures | null
}

/** `people[k]` reached step k + 1; `times` by step number from the step before. */
type Group = { people: readonly number[]; times: Readonly<Record<string, Times>> }

/**
 * The steps of a funnel with their ratios to the first step and to the one before, and the people lost since the one before.
 * The step before the first is the first itself: ratio 1 and nobody lost. Null ratios when nobody was there, null times when nobody
 * got there. No group is a funnel that nobody entered.
 */
export function toFunnelSteps(events: readonly string[], group: Group | undefined): FunnelStepFigures[] {
  const counts = events.map((_, index) => group?.people[index] ?? 0)
  return events.map((event, index) => {
    const count = counts[index] ?? 0
    const before = counts[Math.max(0, index - 1)] ?? 0
    const times = toTimeFigures(index === 0 ? undefined : group?.times[index + 1])
    return {
      index: index + 1,
      event,
      count,
      conversionRatio: toRatio(count, counts[0] ?? 0),
      stepRatio: toRatio(count, before),
      dropOffCount: before - count,
      medianMsFromPrevious: times?.medianMs ?? null,
      averageMsFromPrevious: times?.averageMs ?? null,
      timeToConvert: times,
    }
  })
}

/** The figures with the buckets from the first that holds somebody to the last, by their bounds; null of nobody. */
export function toTimeFigures(times: Times | undefined): TimeFigures | null {
  if (!times) return null
  const places = Object.keys(times.histogram).map(Number)
  const [first, last] = [Math.min(...places), Math.max(...places)]
  const histogram = DURATION_BOUNDS_MS.slice(first - 1, last).map((fromMs, index) => ({
    fromMs,
    toMs: DURATION_BOUNDS_MS[first + index] ?? null,
    count: times.histogram[first + index] ?? 0,
  }))
  return { medianMs: times.medianMs, averageMs: times.averageMs, histogram }
}
