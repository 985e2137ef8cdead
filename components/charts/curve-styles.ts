/** One curve: the share that came back, by age; null where no cohort has reached it or nobody was there. */
export type RetentionCurve = { key: string; label: string; ratios: readonly (number | null)[] }

/** Colour and dash together, so that no two curves differ by colour alone. */
export const CURVE_STYLES = [
  { color: 'var(--color-series-1)', dash: undefined },
  { color: 'var(--color-series-2)', dash: '6 3' },
  { color: 'var(--color-series-3)', dash: '2 3' },
  { color: 'var(--color-ink-soft)', dash: '8 3 2 3' },
  { color: 'var(--color-series-1)', dash: '1 4' },
  { color: 'var(--color-series-2)', dash: undefined },
] as const
