import { DAY_MS, HOUR_MS, MINUTE_MS } from './time-range'

/**
 * Where the buckets of a histogram of durations begin, in ms: the same for every funnel, so that two can be laid side by side. Each
 * is some two to three times the one before, cut where people cut time; the first begins at 0, the last has no end.
 */
export const DURATION_BOUNDS_MS: readonly number[] = [
  0,
  1_000,
  3_000,
  10_000,
  30_000,
  MINUTE_MS,
  3 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  3 * HOUR_MS,
  8 * HOUR_MS,
  DAY_MS,
  2 * DAY_MS,
  4 * DAY_MS,
  7 * DAY_MS,
  14 * DAY_MS,
  30 * DAY_MS,
  90 * DAY_MS,
]
