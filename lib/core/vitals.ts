/** The five web vitals that are collected and shown. FID is accepted in imports only: INP replaced it in March 2024. */
export const VITALS = ['lcp', 'inp', 'cls', 'fcp', 'ttfb'] as const
export type Vital = (typeof VITALS)[number]
export type VitalRating = 'good' | 'needsImprovement' | 'poor'

/**
 * Upper bounds of "good" and of "needs improvement", judged at the 75th percentile; ms, CLS without unit.
 * Source: https://web.dev/articles/vitals and the `*Thresholds` constants of web-vitals.
 */
export const VITAL_THRESHOLDS: Readonly<Record<Vital, readonly [good: number, needsImprovement: number]>> = {
  lcp: [2500, 4000],
  inp: [200, 500],
  cls: [0.1, 0.25],
  fcp: [1800, 3000],
  ttfb: [800, 1800],
}

/** The class of a value; a value on a boundary belongs to the better class. Null without a value. */
export function toVitalRating(vital: Vital, value: number | null): VitalRating | null {
  if (value === null) return null
  const [good, needsImprovement] = VITAL_THRESHOLDS[vital]
  if (value <= good) return 'good'
  return value <= needsImprovement ? 'needsImprovement' : 'poor'
}
