'use client'

import { useId } from 'react'
import { formatBucket, formatBucketTick } from '../format/format-time'
import { toAxisTicks, toTickText } from './axis-ticks'
import { type ChartSeries, type ChartThreshold, SERIES_COLORS } from './chart-series'
import { Hatch, PlotBar } from './plot-bar'
import { PlotFrame } from './plot-frame'
import { type Domain, toPercent, toY } from './plot-geometry'
import { PlotLine } from './plot-line'
import type { PlotPoint } from './plot-reader'
import { SeriesKey } from './series-key'
import type { TimeSeriesChartProps } from './time-series-chart'

/** Lines must stand out before bars. */
const BAR_OPACITY = 0.78
const THRESHOLD_COLORS = { good: 'var(--color-good-fill)', poor: 'var(--color-poor-fill)' } as const

/** The drawing of `TimeSeriesChart`; fills its parent, which sets the height. Nothing is animated. */
export function TimeSeriesPlot(props: Omit<TimeSeriesChartProps, 'unit'>) {
  const { title, buckets, series, formatValue, thresholds = [], isCount = false } = props
  const { startsMs, coverage, bucket, timezone } = buckets
  const hatchId = useId()
  const isBanded = series.some(({ form }) => form === 'bars')
  // The bound of "good" is always in view: a line means little without what it is judged by.
  const values = series.flatMap((each) => each.values.filter((value) => value !== null))
  const read = (index: number): PlotPoint => ({
    name: formatBucket(startsMs[index] ?? 0, bucket, timezone),
    ...(coverage[index] === 'partial' && { note: 'in part' }),
    figures: series.map((each) => ({
      key: each.key,
      label: each.label,
      text: formatValue(each.values[index] ?? null),
      sign: <SeriesKey series={each} />,
    })),
    dots: series
      .filter(({ form }) => form !== 'bars')
      .map((each) => ({ key: each.key, value: each.values[index] ?? null, color: SERIES_COLORS[each.color] })),
  })
  return (
    <PlotFrame
      title={title}
      ticks={toAxisTicks(Math.max(0, thresholds[0]?.value ?? 0, ...values), isCount)}
      formatTick={(value) => toTickText(formatValue(value))}
      labels={startsMs.map((startMs) => formatBucketTick(startMs, bucket, timezone))}
      isBanded={isBanded}
      read={read}
    >
      {(domain) => (
        <>
          <Thresholds thresholds={thresholds} domain={domain} />
          {series.map((each) =>
            each.form === 'bars' ? (
              <Bars
                key={each.key}
                series={each}
                coverage={coverage}
                domain={domain}
                hatchId={`${hatchId}-${each.key}`}
              />
            ) : (
              <PlotLine
                key={each.key}
                values={each.values}
                domain={domain}
                isBanded={isBanded}
                color={SERIES_COLORS[each.color]}
                dash={each.form === 'dashed' ? '5 4' : undefined}
              />
            ),
          )}
        </>
      )}
    </PlotFrame>
  )
}

type BarsProps = {
  series: ChartSeries
  coverage: TimeSeriesChartProps['buckets']['coverage']
  domain: Domain
  hatchId: string
}

/** A bucket that the range covers only in part is hatched: it is not a drop. */
function Bars({ series: { values, color }, coverage, domain, hatchId }: BarsProps) {
  return (
    <>
      <Hatch id={hatchId} color={SERIES_COLORS[color]} />
      {values.map((value, index) => (
        <PlotBar
          // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its bucket
          key={index}
          index={index}
          count={values.length}
          domain={domain}
          from={0}
          to={value ?? 0}
          fill={coverage[index] === 'partial' ? `url(#${hatchId})` : SERIES_COLORS[color]}
          fillOpacity={BAR_OPACITY}
        />
      ))}
    </>
  )
}

function Thresholds({ thresholds, domain }: { thresholds: readonly ChartThreshold[]; domain: Domain }) {
  return thresholds
    .filter(({ value }) => value <= domain[1])
    .map(({ label, value, tone }) => (
      <g key={label}>
        <line
          x2="100%"
          y1={toPercent(toY(value, domain))}
          y2={toPercent(toY(value, domain))}
          stroke={THRESHOLD_COLORS[tone]}
          strokeDasharray="6 4"
        />
        <text
          x="100%"
          dx="-4"
          y={toPercent(toY(value, domain))}
          dy="14"
          textAnchor="end"
          className="fill-ink-faint text-2xs"
        >
          {label}
        </text>
      </g>
    ))
}
