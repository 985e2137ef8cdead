'use client'

import { memo, useId, useMemo } from 'react'
import {
  Bar,
  type BarShapeProps,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceLine,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import type { BucketCoverage } from '../format/bucket-coverage'
import { formatBucket, formatBucketTick } from '../format/format-time'
import { toAxisTicks, toAxisWidth, toNamedTicks, toTickText } from './axis-ticks'
import { type ChartSeries, SERIES_COLORS } from './chart-series'
import { FlatBar } from './flat-bar'
import { SeriesKey } from './series-key'
import type { TimeSeriesChartProps } from './time-series-chart'

type Row = { startMs: number; coverage: BucketCoverage } & Record<string, number | string | null>
type PlotProps = Omit<TimeSeriesChartProps, 'unit'>

const AXIS = { fontSize: 11, fill: 'var(--color-ink-faint)' } as const
/** With more buckets than this, dots would merge into the line. */
const DOT_BUCKETS_MAX = 16
/** Lines must stand out before bars. */
const BAR_OPACITY = 0.78
const THRESHOLD_COLORS = { good: 'var(--color-good-fill)', poor: 'var(--color-poor-fill)' } as const

/**
 * The drawing of `TimeSeriesChart`; fills its parent, which sets the height. Nothing is animated, and the same figures are not drawn
 * again, however often the page around is.
 */
export default memo(TimeSeriesPlot, (one, other) => toFigures(one) === toFigures(other))

/** All that a plot shows, as text; a format by what it makes of a number. */
function toFigures({ formatValue, ...shown }: PlotProps): string {
  return JSON.stringify([shown, formatValue(1234.5)])
}

function TimeSeriesPlot(props: PlotProps) {
  const { title, buckets, series, formatValue, thresholds = [], isCount = false } = props
  const { startsMs, coverage, bucket, timezone } = buckets
  const hatchId = useId()
  const rows = useMemo(() => toRows(startsMs, coverage, series), [startsMs, coverage, series])
  // The bound of "good" is always in view: a line means little without what it is judged by.
  const values = series.flatMap((each) => each.values.filter((value) => value !== null))
  const ticks = toAxisTicks(Math.max(0, thresholds[0]?.value ?? 0, ...values), isCount)
  const formatTick = (value: number) => toTickText(formatValue(value))
  return (
    <ComposedChart
      responsive
      data={rows}
      title={title}
      className="size-full"
      // Half of the last name stands beyond the plot: without room for it no other is shown.
      margin={{ top: 8, right: 24, bottom: 0, left: 0 }}
      barCategoryGap="18%"
    >
      <defs>
        {series.map((each) => (
          <pattern
            key={each.key}
            id={`${hatchId}-${each.key}`}
            width="5"
            height="5"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect width="5" height="5" fill={SERIES_COLORS[each.color]} fillOpacity="0.18" />
            <rect width="2" height="5" fill={SERIES_COLORS[each.color]} fillOpacity="0.75" />
          </pattern>
        ))}
      </defs>
      <CartesianGrid vertical={false} stroke="var(--color-line)" strokeDasharray="2 4" />
      <XAxis
        dataKey="startMs"
        ticks={toNamedTicks(startsMs)}
        tickFormatter={(startMs: number) => formatBucketTick(startMs, bucket, timezone)}
        tick={AXIS}
        tickLine={false}
        axisLine={{ stroke: 'var(--color-line)' }}
        interval="equidistantPreserveEnd"
        minTickGap={20}
        tickMargin={8}
        height={30}
      />
      <YAxis
        tickFormatter={formatTick}
        tick={AXIS}
        tickLine={false}
        axisLine={false}
        width={toAxisWidth(ticks.map(formatTick))}
        tickMargin={6}
        ticks={ticks}
        domain={[0, ticks.at(-1) ?? 1]}
        interval={0}
      />
      <Tooltip
        isAnimationActive={false}
        cursor={{ fill: 'var(--color-ink)', fillOpacity: 0.05, stroke: 'var(--color-line-strong)', strokeOpacity: 0.6 }}
        content={({ active, label }) => {
          const row = active ? rows.find(({ startMs }) => startMs === label) : undefined
          return row ? <PlotTooltip row={row} {...{ bucket, timezone, series, formatValue }} /> : null
        }}
      />
      {thresholds.map((threshold) => (
        <ReferenceLine
          key={threshold.label}
          y={threshold.value}
          stroke={THRESHOLD_COLORS[threshold.tone]}
          strokeDasharray="6 4"
          ifOverflow="hidden"
          label={{ value: threshold.label, position: 'insideTopRight', fontSize: 11, fill: 'var(--color-ink-faint)' }}
        />
      ))}
      {series.map((each) => drawSeries(each, `${hatchId}-${each.key}`, rows))}
    </ComposedChart>
  )
}

function toRows(
  startsMs: readonly number[],
  coverage: readonly BucketCoverage[],
  series: readonly ChartSeries[],
): Row[] {
  return startsMs.map((startMs, index) => ({
    ...Object.fromEntries(series.map(({ key, values }) => [key, values[index] ?? null])),
    startMs,
    coverage: coverage[index] ?? 'whole',
  }))
}

function drawSeries(series: ChartSeries, hatchId: string, rows: readonly Row[]) {
  const color = SERIES_COLORS[series.color]
  if (series.form === 'bars') {
    // A bucket that the range covers only in part is hatched: it is not a drop.
    const shape = (bar: BarShapeProps) => (
      <FlatBar
        {...bar}
        fillOpacity={BAR_OPACITY}
        fill={(bar.payload as Row | undefined)?.coverage === 'partial' ? `url(#${hatchId})` : color}
      />
    )
    return <Bar key={series.key} dataKey={series.key} maxBarSize={36} isAnimationActive={false} shape={shape} />
  }
  const isNothing = (index: number) => (rows[index]?.[series.key] ?? null) === null
  const isDotted = (index: number) =>
    !isNothing(index) && (rows.length <= DOT_BUCKETS_MAX || (isNothing(index - 1) && isNothing(index + 1)))
  return (
    <Line
      key={series.key}
      dataKey={series.key}
      type="linear"
      stroke={color}
      strokeWidth={2}
      {...(series.form === 'dashed' && { strokeDasharray: '5 4' })}
      isAnimationActive={false}
      connectNulls={false}
      activeDot={{ r: 4, stroke: 'var(--color-surface)', strokeWidth: 2, fill: color }}
      // A measurement between two gaps has no line to be seen by.
      dot={
        rows.some((_, index) => isDotted(index)) &&
        (({ cx, cy, index }) =>
          typeof cx === 'number' && typeof cy === 'number' && isDotted(index) ? (
            <circle key={index} cx={cx} cy={cy} r={2.5} fill={color} />
          ) : (
            <g key={index} />
          ))
      }
    />
  )
}

type TooltipProps = Pick<PlotProps, 'series' | 'formatValue'> &
  Pick<PlotProps['buckets'], 'bucket' | 'timezone'> & { row: Row }

function PlotTooltip({ row, bucket, timezone, series, formatValue }: TooltipProps) {
  return (
    <div className="rounded-control border border-line bg-raised px-3 py-2 text-xs shadow-popover">
      <p className="mb-1.5 font-medium">
        {formatBucket(row.startMs, bucket, timezone)}
        {row.coverage === 'partial' && <span className="font-normal text-ink-faint"> · in part</span>}
      </p>
      <dl className="grid grid-cols-[auto_auto] gap-x-5 gap-y-1">
        {series.map((each) => (
          <div key={each.key} className="contents">
            <dt className="flex items-center gap-1.5 text-ink-soft">
              <SeriesKey series={each} />
              {each.label}
            </dt>
            <dd className="figures text-right font-medium">{formatValue((row[each.key] ?? null) as number | null)}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
