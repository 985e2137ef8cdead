'use client'

import { lazy, Suspense, useId } from 'react'
import { formatBucket } from '../format/format-time'
import { useTurn } from '../ui/use-turn'
import type { ChartBuckets, ChartSeries, ChartThreshold } from './chart-series'
import { SeriesKey } from './series-key'

// recharts is some 100 kB and cannot measure itself on the server: it loads after the page has been painted, into a frame that
// already has its final height.
const TimeSeriesPlot = lazy(() => import('./time-series-plot'))

export type TimeSeriesChartProps = {
  title: string
  /** What the vertical axis counts and per what: `events per day`. */
  unit: string
  buckets: ChartBuckets
  series: readonly ChartSeries[]
  formatValue: (value: number | null) => string
  thresholds?: readonly ChartThreshold[]
  /** Whole numbers only on the axis. */
  isCount?: boolean
}

/** Series over time: a titled figure with a legend, the plot, and the same figures as a table for screen readers. */
export function TimeSeriesChart({ title, unit, buckets, series, formatValue, ...rest }: TimeSeriesChartProps) {
  const isDue = useTurn()
  const titleId = useId()
  const frame = <PlotFrame />
  return (
    <figure aria-labelledby={titleId} className="relative flex min-w-0 flex-col gap-3">
      <figcaption className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <span>
          <span id={titleId} className="font-medium text-[0.8125rem]">
            {title}
          </span>
          <span className="ml-2 text-ink-faint text-xs">{unit}</span>
        </span>
        {series.length > 1 && (
          <span className="flex flex-wrap gap-x-4 text-ink-soft text-xs">
            {series.map((each) => (
              <span key={each.key} className="inline-flex items-center gap-1.5">
                <SeriesKey series={each} />
                {each.label}
              </span>
            ))}
          </span>
        )}
      </figcaption>
      <div className="h-56 min-w-0">
        {isDue ? (
          <Suspense fallback={frame}>
            <TimeSeriesPlot
              title={`${title}, ${unit}`}
              buckets={buckets}
              series={series}
              formatValue={formatValue}
              {...rest}
            />
          </Suspense>
        ) : (
          frame
        )}
      </div>
      <SeriesTable caption={`${title}, ${unit}`} buckets={buckets} series={series} formatValue={formatValue} />
    </figure>
  )
}

/** The grid of a plot that is not there yet, so that nothing moves when it comes. */
function PlotFrame() {
  return (
    <div aria-hidden="true" className="flex h-full flex-col justify-between pt-2 pb-7 pl-10">
      {['a', 'b', 'c', 'd', 'e'].map((line) => (
        <div key={line} className="border-line/70 border-t border-dashed" />
      ))}
    </div>
  )
}

const BUCKET_NAMES = { minute: 'Minute', hour: 'Hour', day: 'Day' } as const

type SeriesTableProps = Pick<TimeSeriesChartProps, 'buckets' | 'series' | 'formatValue'> & { caption: string }

function SeriesTable({ caption, buckets, series, formatValue }: SeriesTableProps) {
  const { startsMs, coverage, bucket, timezone } = buckets
  return (
    <div className="sr-only">
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{BUCKET_NAMES[bucket]}</th>
            {series.map((each) => (
              <th key={each.key} scope="col">
                {each.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {startsMs.map((startMs, index) => (
            <tr key={startMs}>
              <th scope="row">
                {formatBucket(startMs, bucket, timezone)}
                {coverage[index] === 'partial' && ' (in part)'}
              </th>
              {series.map((each) => (
                <td key={each.key}>{formatValue(each.values[index] ?? null)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
