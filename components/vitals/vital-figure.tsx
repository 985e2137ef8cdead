import type { VitalSummary } from '@/lib/contracts/performance-report'
import type { Vital } from '@/lib/core/vitals'
import { DistributionBar } from '../charts/distribution-bar'
import { ThresholdGauge } from '../charts/threshold-gauge'
import { toChange } from '../format/change'
import { formatCount, formatRatio, formatVital, NO_VALUE } from '../format/format-number'
import { ChangeMark } from '../panels/change-mark'
import { RatingBadge } from '../panels/rating-mark'
import { VITAL_ABSENCE, VITAL_NAMES } from '../panels/vital-names'
import type { Percentile } from './vitals-url'

type VitalFigureProps = {
  vital: Vital
  summary: VitalSummary
  previousP75: number | null
  percentile: Percentile
}

/** One vital: the chosen percentile on the scale of its thresholds, how sure p75 is, and how the samples spread. */
export function VitalFigure({ vital, summary, previousP75, percentile }: VitalFigureProps) {
  const { rating, good, needsImprovement, poor, count } = summary
  const value = summary[percentile]
  const change = toChange(summary.p75, previousP75, 'lower')
  return (
    <span className="flex min-w-0 flex-col gap-2">
      <span className="flex flex-wrap items-baseline justify-between gap-x-2">
        <abbr title={VITAL_NAMES[vital].full} className="font-semibold text-[0.8125rem] no-underline">
          {VITAL_NAMES[vital].short}
        </abbr>
        {percentile === 'p75' && change.kind !== 'unknown' ? (
          <span className="text-xs">
            <ChangeMark change={change} />
          </span>
        ) : (
          <span className="text-ink-faint text-xs">{percentile}</span>
        )}
      </span>
      <span
        className="figures font-semibold text-2xl tracking-tight"
        title={value === null ? VITAL_ABSENCE[vital] : undefined}
      >
        {value === null ? NO_VALUE : formatVital(vital, value)}
      </span>
      <span>
        <RatingBadge rating={rating} />
      </span>
      <ThresholdGauge vital={vital} value={value} />
      <DistributionBar good={good} needsImprovement={needsImprovement} poor={poor} />
      <span className="figures flex flex-wrap justify-between gap-x-2 text-ink-faint text-xs">
        <span>{good === null ? 'No samples' : `${formatRatio(good)} good`}</span>
        {count > 0 && <span>{formatCount(count)} samples</span>}
      </span>
      {count > 0 && <span className="figures text-ink-faint text-xs">{toCertainty(vital, summary)}</span>}
    </span>
  )
}

/** How sure p75 is, in words: its interval, or that there are too few samples for one. */
export function toCertainty(vital: Vital, { p75Interval }: Pick<VitalSummary, 'p75Interval'>): string {
  if (p75Interval === null) return 'p75: too few samples to be sure'
  const [low, high] = [formatVital(vital, p75Interval.low), formatVital(vital, p75Interval.high)]
  return low === high ? `p75: ${low}, 95% sure` : `p75: ${low} to ${high}, 95% sure`
}
