import type { Vital } from '@/lib/core/vitals'

/** What stands in place of a figure that was not measured. Never 0: zero is a measurement. */
export const NO_VALUE = '–'

// One locale everywhere: the server's and the browser's text must be the same, or hydration would replace it.
const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 })
const oneDecimal = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })
const money = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD' })
const smallMoney = new Intl.NumberFormat('en', {
  style: 'currency',
  currency: 'USD',
  maximumSignificantDigits: 2,
  minimumFractionDigits: 2,
})
const compactMoney = new Intl.NumberFormat('en', {
  style: 'currency',
  currency: 'USD',
  notation: 'compact',
  maximumSignificantDigits: 3,
})

/** A count with all its digits: `12,345`. Null gives `–`. */
export function formatExactCount(count: number | null): string {
  return count === null ? NO_VALUE : grouped.format(count)
}

/** A count for a tight place: all digits below 10,000, then three significant ones (`12.3K`). Null gives `–`. */
export function formatCount(count: number | null): string {
  if (count === null) return NO_VALUE
  return Math.abs(count) < 10_000 ? grouped.format(count) : compact.format(count)
}

/**
 * A ratio 0..1 as percent with at most one decimal. What is not quite nothing or not quite all never rounds to 0 % or
 * 100 %: it reads `<0.1%` or `>99.9%`. Null gives `–`.
 */
export function formatRatio(ratio: number | null): string {
  if (ratio === null) return NO_VALUE
  if (ratio > 0 && ratio < 0.001) return '<0.1%'
  if (ratio > 0.999 && ratio < 1) return '>99.9%'
  return `${oneDecimal.format(ratio * 100)}%`
}

/**
 * A duration in the unit a reader thinks in: `0.42 ms`, `7.3 ms`, `184 ms`, `2.41 s`, `1 min 24 s`, `3.5 h`.
 * Null gives `–`.
 */
export function formatDuration(durationMs: number | null): string {
  if (durationMs === null) return NO_VALUE
  if (durationMs === 0) return '0 ms'
  if (durationMs < 0.995) return `${trimZeros(durationMs.toFixed(2))} ms`
  if (durationMs < 9.95) return `${trimZeros(durationMs.toFixed(1))} ms`
  if (durationMs < 999.5) return `${Math.round(durationMs)} ms`
  if (durationMs < 9_995) return `${(durationMs / 1_000).toFixed(2)} s`
  if (durationMs < 59_950) return `${(durationMs / 1_000).toFixed(1)} s`
  const seconds = Math.round(durationMs / 1_000)
  if (seconds < 3_600) {
    const rest = seconds % 60
    return rest === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${rest} s`
  }
  return `${oneDecimal.format(durationMs / 3_600_000)} h`
}

function trimZeros(text: string): string {
  return text.replace(/\.?0+$/, '')
}

/** A score without unit, such as CLS: two decimals, three below 0.1 so that small shifts stay visible. Null gives `–`. */
export function formatScore(score: number | null): string {
  if (score === null) return NO_VALUE
  if (score === 0) return '0'
  if (score < 0.0005) return '<0.001'
  return score < 0.0995 ? score.toFixed(3) : score.toFixed(2)
}

/** The value of one web vital: a duration, or for CLS its score. Null gives `–`. */
export function formatVital(vital: Vital, value: number | null): string {
  return vital === 'cls' ? formatScore(value) : formatDuration(value)
}

/** US dollars: cents from one cent up to 10,000, two significant digits below, compact above. Null gives `–`. */
export function formatCost(costUsd: number | null): string {
  if (costUsd === null) return NO_VALUE
  if (costUsd > 0 && costUsd < 0.0001) return '<$0.0001'
  if (costUsd !== 0 && Math.abs(costUsd) < 0.1) return smallMoney.format(costUsd)
  return Math.abs(costUsd) < 10_000 ? money.format(costUsd) : compactMoney.format(costUsd)
}
