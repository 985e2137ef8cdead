'use client'

import { lazy, Suspense, useId } from 'react'
import { formatCount } from '../format/format-number'
import { formatBucket } from '../format/format-time'
import { useTurn } from '../ui/use-turn'
import { LIFECYCLE_STATES, type LifecyclePoint } from './lifecycle-states'

// recharts loads after the page has been painted, into a frame that already has its final height.
const LifecyclePlot = lazy(() => import('./lifecycle-plot'))

type LifecycleChartProps = { interval: 'day' | 'week' | 'month'; series: readonly LifecyclePoint[]; timezone: string }

/** New, returning and resurrecting people stacked above zero, the dormant below, with a legend and a table for screen readers. */
export function LifecycleChart({ interval, series, timezone }: LifecycleChartProps) {
  const isDue = useTurn()
  const id = useId()
  return (
    <figure aria-labelledby={`${id}-title`} className="relative flex min-w-0 flex-col gap-3">
      <figcaption className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <span>
          <span id={`${id}-title`} className="font-medium text-[0.8125rem]">
            Lifecycle
          </span>
          <span className="ml-2 text-ink-faint text-xs">people per {interval}</span>
        </span>
        <span className="flex flex-wrap gap-x-4 text-ink-soft text-xs">
          {LIFECYCLE_STATES.map(({ key, label, color, isHatched }) => (
            <span key={key} className="inline-flex items-center gap-1.5">
              <svg aria-hidden="true" width="10" height="10" className="shrink-0">
                <rect width="10" height="10" rx="2" fill={color} fillOpacity={isHatched ? 0.25 : 0.8} />
                {isHatched && <path d="M0 10 10 0M-3 3 3-3M7 13l6-6" stroke={color} strokeWidth="2" />}
              </svg>
              {label}
            </span>
          ))}
        </span>
      </figcaption>
      <div className="h-56 min-w-0">
        {isDue && (
          <Suspense>
            <LifecyclePlot series={series} timezone={timezone} />
          </Suspense>
        )}
      </div>
      <div className="sr-only">
        <table>
          <caption>Lifecycle, people per {interval}</caption>
          <thead>
            <tr>
              <th scope="col">From</th>
              {LIFECYCLE_STATES.map(({ key, label }) => (
                <th key={key} scope="col">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {series.map((point) => (
              <tr key={point.start}>
                <th scope="row">
                  {formatBucket(Date.parse(point.start), 'day', timezone)}
                  {!point.isComplete && ' (in part)'}
                </th>
                {LIFECYCLE_STATES.map(({ key }) => (
                  <td key={key}>{formatCount(point[key])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  )
}
