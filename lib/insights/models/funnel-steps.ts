import { toRatio } from '../../core/ratio'

type StepRow = { people: number; median_ms: number | null; average_ms: number | null }
export type FunnelStepFigures = {
  index: number
  event: string
  count: number
  conversionRatio: number | null
  stepRatio: number | null
  dropOffCount: number
  medianMsFromPrevious: number | null
  averageMsFromPrevious: number | null
}

/**
 * The steps of a funnel with their ratios to the first step and to the one before, and the people lost since the one before.
 * The step before the first is the first itself: ratio 1 and nobody lost. Null ratios when nobody was there.
 */
export function toFunnelSteps(events: readonly string[], rows: readonly StepRow[]): FunnelStepFigures[] {
  const counts = events.map((_, index) => rows[index]?.people ?? 0)
  return events.map((event, index) => {
    const count = counts[index] ?? 0
    const before = counts[Math.max(0, index - 1)] ?? 0
    return {
      index: index + 1,
      event,
      count,
      conversionRatio: toRatio(count, counts[0] ?? 0),
      stepRatio: toRatio(count, before),
      dropOffCount: before - count,
      medianMsFromPrevious: rows[index]?.median_ms ?? null,
      averageMsFromPrevious: rows[index]?.average_ms ?? null,
    }
  })
}
