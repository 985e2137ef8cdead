'use client'

import { useId } from 'react'
import { formatCount } from '../format/format-number'
import { formatBucket, formatBucketTick } from '../format/format-time'
import { toAxisTicks } from './axis-ticks'
import { LIFECYCLE_STATES, type LifecyclePoint } from './lifecycle-states'
import { Hatch, PlotBar } from './plot-bar'
import { PlotFrame } from './plot-frame'
import type { PlotPoint } from './plot-reader'

type PlotProps = { series: readonly LifecyclePoint[]; timezone: string }

/** The drawing of `LifecycleChart`: who was there above zero, who stayed away below. Fills its parent. Nothing is animated. */
export function LifecyclePlot({ series, timezone }: PlotProps) {
  const id = useId()
  const read = (index: number): PlotPoint => {
    const point = series[index]
    return {
      name: point ? formatBucket(Date.parse(point.start), 'day', timezone) : '',
      ...(point?.isComplete === false && { note: 'in part' }),
      figures: LIFECYCLE_STATES.map(({ key, label }) => ({ key, label, text: formatCount(point?.[key] ?? null) })),
    }
  }
  return (
    <PlotFrame
      title="Lifecycle"
      ticks={toTicks(series)}
      formatTick={(value) => formatCount(Math.abs(value))}
      labels={series.map(({ start }) => formatBucketTick(Date.parse(start), 'day', timezone))}
      isBanded
      read={read}
    >
      {(domain) => (
        <>
          {LIFECYCLE_STATES.map(({ key, color }) => (
            <Hatch key={key} id={`${id}-${key}`} color={color} />
          ))}
          {series.map((point, index) =>
            toStack(point).map(({ key, from, to, color, isHatched }) => (
              <PlotBar
                key={`${point.start} ${key}`}
                {...{ index, domain, from, to }}
                count={series.length}
                fill={isHatched ? `url(#${id}-${key})` : color}
                fillOpacity={isHatched ? 1 : 0.8}
              />
            )),
          )}
        </>
      )}
    </PlotFrame>
  )
}

/** One step for both sides of zero. */
function toTicks(series: readonly LifecyclePoint[]): number[] {
  const above = toAxisTicks(Math.max(0, ...series.map((each) => each.new + each.returning + each.resurrecting)), true)
  const step = above[1] ?? 1
  const below = Math.ceil(Math.max(0, ...series.map(({ dormant }) => dormant ?? 0)) / step)
  return [...Array.from({ length: below }, (_, index) => -step * (below - index)), ...above]
}

/** Each state from where the one before it ends; the dormant from zero downwards. */
function toStack(point: LifecyclePoint) {
  let height = 0
  return LIFECYCLE_STATES.map((state) => {
    if (state.key === 'dormant') return { ...state, from: 0, to: -(point.dormant ?? 0) }
    const from = height
    height += point[state.key]
    return { ...state, from, to: height }
  })
}
