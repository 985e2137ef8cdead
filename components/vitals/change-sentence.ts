import type { ReleaseChange } from '@/lib/contracts/performance-releases'
import { formatExactCount, formatVital } from '../format/format-number'
import { VITAL_NAMES } from '../panels/vital-names'

/** A change in one sentence: `INP on /checkout +90 ms since 3f2c (95% sure: +77 ms to +103 ms; 1,204 samples after, 980 before).` */
export function toSentence(change: ReleaseChange, after: string): string {
  const { metric, route, difference, interval } = change
  const where = route === null ? '' : ` on ${route}`
  const sign = (value: number) => `${value < 0 ? '−' : '+'}${formatVital(metric, Math.abs(value))}`
  const sure = interval ? `95% sure: ${sign(interval.low)} to ${sign(interval.high)}` : 'too few samples to be sure'
  const samples = `${formatExactCount(change.after.count)} samples after, ${formatExactCount(change.before.count)} before`
  return `${VITAL_NAMES[metric].short}${where} ${sign(difference)} since ${after} (${sure}; ${samples}).`
}
