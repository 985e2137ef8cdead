'use client'

import { memo, useId } from 'react'
import { Bar, BarChart, type BarShapeProps, CartesianGrid, ReferenceLine, Tooltip, XAxis, YAxis } from 'recharts'
import { formatCount } from '../format/format-number'
import { formatBucket, formatBucketTick } from '../format/format-time'
import { toAxisTicks, toAxisWidth, toNamedTicks } from './axis-ticks'
import { FlatBar } from './flat-bar'
import { LIFECYCLE_STATES, type LifecyclePoint } from './lifecycle-states'

type PlotProps = { series: readonly LifecyclePoint[]; timezone: string }

const AXIS = { fontSize: 11, fill: 'var(--color-ink-faint)' } as const

/** The drawing of `LifecycleChart`; fills its parent. Nothing is animated, and the same figures are not drawn again. */
export default memo(LifecyclePlot, (one, other) => JSON.stringify(one) === JSON.stringify(other))

const formatTick = (value: number) => formatCount(Math.abs(value))

function LifecyclePlot({ series, timezone }: PlotProps) {
  const id = useId()
  const rows = series.map((point) => ({ ...point, startMs: Date.parse(point.start), dormant: -(point.dormant ?? 0) }))
  const above = toAxisTicks(Math.max(0, ...series.map((each) => each.new + each.returning + each.resurrecting)), true)
  const step = above[1] ?? 1
  const lowest = Math.ceil(Math.max(0, ...series.map(({ dormant }) => dormant ?? 0)) / step)
  const ticks = [...Array.from({ length: lowest }, (_, index) => -step * (lowest - index)), ...above]
  return (
    <BarChart
      responsive
      data={rows}
      title="Lifecycle"
      className="size-full"
      // Half of the last name stands beyond the plot: without room for it no other is shown.
      margin={{ top: 8, right: 24, bottom: 0, left: 0 }}
      barCategoryGap="18%"
      stackOffset="sign"
    >
      <defs>
        {LIFECYCLE_STATES.map(({ key, color }) => (
          <pattern
            key={key}
            id={`${id}-${key}`}
            width="5"
            height="5"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect width="5" height="5" fill={color} fillOpacity="0.2" />
            <rect width="2" height="5" fill={color} fillOpacity="0.8" />
          </pattern>
        ))}
      </defs>
      <CartesianGrid vertical={false} stroke="var(--color-line)" strokeDasharray="2 4" />
      <XAxis
        dataKey="startMs"
        ticks={toNamedTicks(rows.map(({ startMs }) => startMs))}
        tickFormatter={(startMs: number) => formatBucketTick(startMs, 'day', timezone)}
        tick={AXIS}
        tickLine={false}
        axisLine={false}
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
        domain={[ticks[0] ?? 0, ticks.at(-1) ?? 1]}
        interval="preserveStartEnd"
      />
      <ReferenceLine y={0} stroke="var(--color-line-strong)" />
      <Tooltip
        isAnimationActive={false}
        cursor={{ fill: 'var(--color-ink)', fillOpacity: 0.05 }}
        content={({ active, label }) => {
          const point = active ? series.find(({ start }) => Date.parse(start) === label) : undefined
          return point ? <PlotTooltip point={point} timezone={timezone} /> : null
        }}
      />
      {LIFECYCLE_STATES.map(({ key, color, isHatched }) => (
        <Bar
          key={key}
          dataKey={key}
          stackId="people"
          maxBarSize={36}
          isAnimationActive={false}
          shape={(bar: BarShapeProps) => (
            <FlatBar {...bar} fill={isHatched ? `url(#${id}-${key})` : color} fillOpacity={isHatched ? 1 : 0.8} />
          )}
        />
      ))}
    </BarChart>
  )
}

function PlotTooltip({ point, timezone }: { point: LifecyclePoint; timezone: string }) {
  return (
    <div className="rounded-control border border-line bg-raised px-3 py-2 text-xs shadow-popover">
      <p className="mb-1.5 font-medium">
        {formatBucket(Date.parse(point.start), 'day', timezone)}
        {!point.isComplete && <span className="font-normal text-ink-faint"> · in part</span>}
      </p>
      <dl className="grid grid-cols-[auto_auto] gap-x-5 gap-y-1">
        {LIFECYCLE_STATES.map(({ key, label }) => (
          <div key={key} className="contents">
            <dt className="text-ink-soft">{label}</dt>
            <dd className="figures text-right font-medium">{formatCount(point[key])}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
