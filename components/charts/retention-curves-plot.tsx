import { formatRatio } from '../format/format-number'
import { toAxisTicks, toTickText } from './axis-ticks'
import { CURVE_STYLES, type RetentionCurve } from './curve-styles'
import { PlotFrame } from './plot-frame'
import { PlotLine } from './plot-line'

type PlotProps = { title: string; columns: readonly string[]; curves: readonly RetentionCurve[] }

/** The drawing of `RetentionCurves`; fills its parent. Age 0 is everybody, so the curves begin at 1. Nothing is animated. */
export function RetentionCurvesPlot({ title, columns, curves }: PlotProps) {
  const ages = columns.slice(1)
  const lines = curves.map(({ key, label, ratios }, index) => ({
    key,
    label,
    color: CURVE_STYLES[index]?.color ?? 'var(--color-ink-soft)',
    dash: CURVE_STYLES[index]?.dash,
    values: ages.map((_, age) => ratios[age + 1] ?? null),
  }))
  const most = Math.max(0, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0)))
  return (
    <PlotFrame
      title={title}
      ticks={toAxisTicks(most, false)}
      formatTick={(value) => toTickText(formatRatio(value))}
      labels={ages}
      isBanded={false}
      read={(index) => ({
        name: ages[index] ?? '',
        figures: lines.map(({ key, label, values }) => ({ key, label, text: formatRatio(values[index] ?? null) })),
        dots: lines.map(({ key, values, color }) => ({ key, value: values[index] ?? null, color })),
      })}
    >
      {(domain) => lines.map(({ key, ...line }) => <PlotLine key={key} {...line} domain={domain} isBanded={false} />)}
    </PlotFrame>
  )
}
