import type { PerformanceReport } from '@/lib/contracts/performance-report'
import type { Vital } from '@/lib/core/vitals'
import { DistributionBar } from '../charts/distribution-bar'
import { ThresholdGauge } from '../charts/threshold-gauge'
import { toChange } from '../format/change'
import { formatCount, formatRatio, formatVital, NO_VALUE } from '../format/format-number'
import { ChangeMark } from './change-mark'
import { RatingBadge } from './rating-mark'
import { VITAL_ABSENCE, VITAL_NAMES } from './vital-names'

type VitalCardProps = { vital: Vital; summary: PerformanceReport['metrics'][Vital]; previousP75: number | null }

/** One vital at a glance: p75 against its thresholds, and how the samples spread. */
export function VitalCard({ vital, summary, previousP75 }: VitalCardProps) {
  const { p75, rating, good, needsImprovement, poor, count } = summary
  const change = toChange(p75, previousP75, 'lower')
  return (
    <span className="flex min-w-0 flex-col gap-2">
      <span className="flex flex-wrap items-baseline justify-between gap-x-2">
        <abbr title={VITAL_NAMES[vital].full} className="font-semibold text-[0.8125rem] no-underline">
          {VITAL_NAMES[vital].short}
        </abbr>
        {change.kind !== 'unknown' && (
          <span className="text-xs">
            <ChangeMark change={change} />
          </span>
        )}
      </span>
      <span
        className="figures font-semibold text-2xl tracking-tight"
        title={p75 === null ? VITAL_ABSENCE[vital] : undefined}
      >
        {p75 === null ? NO_VALUE : formatVital(vital, p75)}
      </span>
      <span>
        <RatingBadge rating={rating} />
      </span>
      <ThresholdGauge vital={vital} value={p75} />
      <DistributionBar good={good} needsImprovement={needsImprovement} poor={poor} />
      <span className="figures flex flex-wrap justify-between gap-x-2 text-ink-faint text-xs">
        <span>{good === null ? VITAL_ABSENCE[vital] : `${formatRatio(good)} good`}</span>
        {count > 0 && <span>{formatCount(count)} samples</span>}
      </span>
    </span>
  )
}
