import { FUNNEL_INTERVALS, type FunnelInterval } from '@/lib/contracts/funnel-trend'
import { DAY_MS, HOUR_MS, type TimeRange, toBucket } from '@/lib/core/time-range'

/** More points than this are a smear. */
const POINTS_MAX = 400
const LENGTH_MS = { hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS, month: 28 * DAY_MS } as const
/** From here on weeks say more than days, and months more than weeks. */
const WEEKS_FROM_MS = 120 * DAY_MS
const MONTHS_FROM_MS = 730 * DAY_MS

/** Intervals in which a range may be shown: at most 400 points, and no interval longer than the range. */
export function toTrendChoices({ fromMs, toMs }: TimeRange): FunnelInterval[] {
  const lengthMs = toMs - fromMs
  const choices = FUNNEL_INTERVALS.filter(
    (interval) => LENGTH_MS[interval] < lengthMs && lengthMs / LENGTH_MS[interval] <= POINTS_MAX,
  )
  return choices.length === 0 ? [toBucket({ fromMs, toMs })] : choices
}

/** The interval that was asked for, when the range may be shown in it; else what suits the range's length. */
export function toTrendInterval(range: TimeRange, wanted: string | null): FunnelInterval {
  const choices = toTrendChoices(range)
  const chosen = choices.find((interval) => interval === wanted)
  if (chosen) return chosen
  const lengthMs = range.toMs - range.fromMs
  const suited = lengthMs >= MONTHS_FROM_MS ? 'month' : lengthMs >= WEEKS_FROM_MS ? 'week' : toBucket(range)
  return choices.includes(suited) ? suited : (choices.at(-1) as FunnelInterval)
}
