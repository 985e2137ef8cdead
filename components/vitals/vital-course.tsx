'use client'

import type { VitalSummary } from '@/lib/contracts/performance-report'
import { VITAL_THRESHOLDS, type Vital } from '@/lib/core/vitals'
import { toTickText } from '../charts/axis-ticks'
import { TimeSeriesChart } from '../charts/time-series-chart'
import type { ReportRange } from '../data/report-query'
import { formatRatio, formatVital } from '../format/format-number'
import { Figure } from '../panels/figure'
import { RatingSign } from '../panels/rating-mark'
import { toChartBuckets } from '../panels/to-chart-buckets'
import { VITAL_ABSENCE, VITAL_NAMES } from '../panels/vital-names'
import { PERCENTILES } from './vitals-url'

type VitalCourseProps = {
  vital: Vital
  summary: VitalSummary
  range: ReportRange
  answeredAtMs: number
  timezone: string
}

/** One vital over time against its thresholds, with all of its percentiles and the shares of its classes. */
export function VitalCourse({ vital, summary, range, answeredAtMs, timezone }: VitalCourseProps) {
  const buckets = toChartBuckets({ series: summary.series, range, answeredAtMs, timezone })
  const [good, needsImprovement] = VITAL_THRESHOLDS[vital]
  const { short, full, tells } = VITAL_NAMES[vital]
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[1fr_15rem]">
      <TimeSeriesChart
        title={`${full}, 75th percentile`}
        unit={`${vital === 'cls' ? 'score' : 'time'} per ${buckets.bucket}`}
        buckets={buckets}
        series={[{ key: 'p75', label: short, form: 'line', color: 1, values: summary.series.map(({ p75 }) => p75) }]}
        formatValue={(value) => formatVital(vital, value)}
        thresholds={[
          { value: good, label: 'good up to here', tone: 'good' },
          { value: needsImprovement, label: 'poor beyond', tone: 'poor' },
        ]}
      />
      <div className="flex flex-col gap-4 text-[0.8125rem]">
        <p className="text-ink-soft">
          {short} tells {tells}.
        </p>
        <dl className="grid grid-cols-3 gap-x-3 gap-y-2 sm:grid-cols-5 lg:grid-cols-3">
          {PERCENTILES.map((name) => (
            <Figure
              key={name}
              label={name}
              content={{
                value: summary[name] === null ? null : formatVital(vital, summary[name]),
                absence: VITAL_ABSENCE[vital],
              }}
            />
          ))}
        </dl>
        <ul className="flex flex-col gap-1.5">
          {(['good', 'needsImprovement', 'poor'] as const).map((rating) => (
            <li key={rating} className="flex items-center justify-between gap-3">
              <span className="flex items-center gap-2 text-ink-soft">
                <RatingSign rating={rating} />
                <span aria-hidden="true">{toBounds(vital, rating)}</span>
              </span>
              <span className="figures font-medium">{formatRatio(summary[rating])}</span>
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}

function toBounds(vital: Vital, rating: 'good' | 'needsImprovement' | 'poor'): string {
  const [good, needsImprovement] = VITAL_THRESHOLDS[vital]
  const bound = toTickText(formatVital(vital, rating === 'good' ? good : needsImprovement))
  return rating === 'poor' ? `over ${bound}` : `up to ${bound}`
}
