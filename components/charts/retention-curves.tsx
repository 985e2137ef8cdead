'use client'

import { lazy, Suspense, useId } from 'react'
import { formatRatio } from '../format/format-number'
import { useTurn } from '../ui/use-turn'
import { CURVE_STYLES, type RetentionCurve } from './curve-styles'

// recharts loads after the page has been painted, into a frame that already has its final height.
const RetentionCurvesPlot = lazy(() => import('./retention-curves-plot'))

type RetentionCurvesProps = {
  title: string
  columns: readonly string[]
  /** As many as there are styles; the rest is left out. */
  curves: readonly RetentionCurve[]
}

/** How the share of people who came back falls with age, with a legend and the same figures as a table for screen readers. */
export function RetentionCurves({ title, columns, curves }: RetentionCurvesProps) {
  const isDue = useTurn()
  const titleId = useId()
  const shown = curves.slice(0, CURVE_STYLES.length)
  return (
    <figure aria-labelledby={titleId} className="relative flex min-w-0 flex-col gap-3">
      <figcaption className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <span>
          <span id={titleId} className="font-medium text-[0.8125rem]">
            {title}
          </span>
          <span className="ml-2 text-ink-faint text-xs">share of the cohort</span>
        </span>
        {shown.length > 1 && (
          <span className="flex flex-wrap gap-x-4 text-ink-soft text-xs">
            {shown.map((curve, index) => (
              <span key={curve.key} className="inline-flex items-center gap-1.5">
                <svg aria-hidden="true" width="18" height="10" className="shrink-0">
                  <line
                    x1="0"
                    x2="18"
                    y1="5"
                    y2="5"
                    stroke={CURVE_STYLES[index]?.color}
                    strokeWidth="2"
                    strokeDasharray={CURVE_STYLES[index]?.dash}
                  />
                </svg>
                {curve.label}
              </span>
            ))}
          </span>
        )}
      </figcaption>
      <div className="h-56 min-w-0">
        {isDue && (
          <Suspense>
            <RetentionCurvesPlot title={title} columns={columns} curves={shown} />
          </Suspense>
        )}
      </div>
      <div className="sr-only">
        <table>
          <caption>{title}, share of the cohort</caption>
          <thead>
            <tr>
              <th scope="col">Age</th>
              {shown.map(({ key, label }) => (
                <th key={key} scope="col">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {columns.map((column, age) => (
              <tr key={column}>
                <th scope="row">{column}</th>
                {shown.map(({ key, ratios }) => (
                  <td key={key}>{formatRatio(ratios[age] ?? null)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  )
}
