'use client'

import { memo } from 'react'
import { CartesianGrid, Line, LineChart, Tooltip, XAxis, YAxis } from 'recharts'
import { formatRatio } from '../format/format-number'
import { toAxisTicks, toAxisWidth, toNamedTicks, toTickText } from './axis-ticks'
import { CURVE_STYLES, type RetentionCurve } from './curve-styles'

type PlotProps = { title: string; columns: readonly string[]; curves: readonly RetentionCurve[] }

const AXIS = { fontSize: 11, fill: 'var(--color-ink-faint)' } as const

/**
 * The drawing of `RetentionCurves`; fills its parent. Age 0 is everybody, so the curves begin at 1. Nothing is animated, and the same
 * figures are not drawn again.
 */
export default memo(RetentionCurvesPlot, (one, other) => JSON.stringify(one) === JSON.stringify(other))

const formatTick = (value: number) => toTickText(formatRatio(value))

function RetentionCurvesPlot({ title, columns, curves }: PlotProps) {
  const rows = columns.slice(1).map((column, index) => ({
    column,
    ...Object.fromEntries(curves.map(({ key, ratios }) => [key, ratios[index + 1] ?? null])),
  }))
  const values = curves.flatMap(({ ratios }) => ratios.slice(1).filter((ratio) => ratio !== null))
  const ticks = toAxisTicks(Math.max(0, ...values), false)
  return (
    <LineChart
      responsive
      data={rows}
      title={title}
      className="size-full"
      // Half of the last name stands beyond the plot: without room for it no other is shown.
      margin={{ top: 8, right: 32, bottom: 0, left: 0 }}
    >
      <CartesianGrid vertical={false} stroke="var(--color-line)" strokeDasharray="2 4" />
      <XAxis
        dataKey="column"
        ticks={toNamedTicks(columns.slice(1))}
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
        cursor={{ stroke: 'var(--color-line-strong)', strokeOpacity: 0.6 }}
        content={({ active, label }) => {
          const age = active ? columns.indexOf(String(label)) : -1
          return age < 0 ? null : (
            <div className="rounded-control border border-line bg-raised px-3 py-2 text-xs shadow-popover">
              <p className="mb-1.5 font-medium">{label}</p>
              <dl className="grid grid-cols-[auto_auto] gap-x-5 gap-y-1">
                {curves.map((curve) => (
                  <div key={curve.key} className="contents">
                    <dt className="text-ink-soft">{curve.label}</dt>
                    <dd className="figures text-right font-medium">{formatRatio(curve.ratios[age] ?? null)}</dd>
                  </div>
                ))}
              </dl>
            </div>
          )
        }}
      />
      {curves.map(({ key }, index) => (
        <Line
          key={key}
          dataKey={key}
          type="linear"
          stroke={CURVE_STYLES[index]?.color ?? 'var(--color-ink-soft)'}
          strokeWidth={2}
          {...(CURVE_STYLES[index]?.dash && { strokeDasharray: CURVE_STYLES[index].dash })}
          isAnimationActive={false}
          connectNulls={false}
          dot={
            rows.length <= 16
              ? { r: 2.5, strokeWidth: 0, fill: CURVE_STYLES[index]?.color ?? 'var(--color-ink-soft)' }
              : false
          }
        />
      ))}
    </LineChart>
  )
}
