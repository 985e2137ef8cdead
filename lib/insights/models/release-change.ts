import type { Vital } from '../../core/vitals'
import { type RankedSamples, toPercentile } from './ranked-samples'
import { toP75Interval } from './vital-report'

type Interval = { low: number; high: number }
type Sample = { p75: number; count: number; interval: Interval | null }
export type ReleaseVerdict = 'worse' | 'better' | 'unclear' | 'tooFew'
export type ReleaseChange = {
  metric: Vital
  route: string | null
  before: Sample
  after: Sample
  difference: number
  interval: Interval | null
  verdict: ReleaseVerdict
}

/**
 * How p75 of a vital differs between two releases. The interval of the difference is made of those of the two sides (MOVER, square
 * and add: Zou & Donner, Statistics in Medicine 27 (2008), 1693, equation 3), which take nothing for granted about how values
 * spread. `worse` and `better` when it leaves 0 out. Null when a side has no sample at all.
 */
export function toReleaseChange(
  metric: Vital,
  route: string | null,
  samples: { before: RankedSamples; after: RankedSamples },
): ReleaseChange | null {
  const before = toSample(samples.before)
  const after = toSample(samples.after)
  if (before === null || after === null) return null
  const difference = toRounded(after.p75 - before.p75)
  const change = { metric, route, before, after, difference }
  if (before.interval === null || after.interval === null) return { ...change, interval: null, verdict: 'tooFew' }
  const interval = {
    low: toRounded(difference - Math.hypot(after.p75 - after.interval.low, before.interval.high - before.p75)),
    high: toRounded(difference + Math.hypot(after.interval.high - after.p75, before.p75 - before.interval.low)),
  }
  const verdict = interval.low > 0 ? 'worse' : interval.high < 0 ? 'better' : 'unclear'
  return { ...change, interval, verdict }
}

const VERDICT_ORDER: readonly ReleaseVerdict[] = ['worse', 'better', 'unclear', 'tooFew']

/** Worse first, then better, each by how far it moved in proportion; then by samples. */
export function orderChanges(changes: readonly ReleaseChange[]): ReleaseChange[] {
  const toMove = ({ difference, before }: ReleaseChange) => Math.abs(difference) / Math.max(before.p75, 1e-4)
  return changes.toSorted(
    (a, b) =>
      VERDICT_ORDER.indexOf(a.verdict) - VERDICT_ORDER.indexOf(b.verdict) ||
      (a.verdict === 'worse' || a.verdict === 'better' ? toMove(b) - toMove(a) : 0) ||
      b.after.count + b.before.count - a.after.count - a.before.count,
  )
}

function toSample(samples: RankedSamples): Sample | null {
  const p75 = toPercentile(samples, 0.75)
  return p75 === null ? null : { p75, count: samples.count, interval: toP75Interval(samples, p75) }
}

/** Ten-thousandths: differences of decimals must not show the tail of their binary form. */
function toRounded(value: number): number {
  return Math.round(value * 1e4) / 1e4
}
