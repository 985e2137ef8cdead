import type { ReactNode } from 'react'
import { type Domain, toLabelTiers, toPercent, toX, toY } from './plot-geometry'
import { type PlotPoint, PlotReader } from './plot-reader'

export type PlotFrameProps = {
  title: string
  /** Ascending; the first and the last are the ends of the axis. */
  ticks: readonly number[]
  formatTick: (value: number) => string
  /** The name under each bucket; as many as fit are shown. */
  labels: readonly string[]
  /** Whether buckets have a width, for bars, or are points from edge to edge. */
  isBanded: boolean
  /** What is told about a bucket while it is pointed at. */
  read: (index: number) => PlotPoint
  /** The drawing, in percent of the plot. */
  children: (domain: Domain) => ReactNode
}

const TEXT = 'fill-ink-faint text-2xs'
/** The widest digit of the axis' type, in px; the gutter need not be exact, only never too narrow. */
const DIGIT_WIDTH = 6.8
const GAP = 8
const TIER_CLASSES = ['', 'hidden @md:inline', 'hidden @2xl:inline'] as const

/**
 * Axes and grid around a drawing. Everything is in percent, so that it is drawn once, on the server too, and follows the width of
 * the window without being drawn again. Fills its parent, which sets the height.
 */
export function PlotFrame({ title, ticks, formatTick, labels, isBanded, read, children }: PlotFrameProps) {
  const domain: Domain = [ticks[0] ?? 0, ticks.at(-1) ?? 1]
  const names = ticks.map(formatTick)
  const gutter = Math.ceil(Math.max(...names.map(({ length }) => length)) * DIGIT_WIDTH) + GAP
  return (
    <div className="grid size-full grid-cols-[auto_minmax(0,1fr)] grid-rows-[minmax(0,1fr)_1.875rem] pt-2 pr-2">
      <svg aria-hidden="true" width={gutter} height="100%" className="overflow-visible">
        {ticks.map((tick, index) => (
          <text
            key={tick}
            x={gutter - GAP}
            y={toPercent(toY(tick, domain))}
            dy="0.35em"
            textAnchor="end"
            className={TEXT}
          >
            {names[index]}
          </text>
        ))}
      </svg>
      <div className="relative">
        <svg aria-hidden="true" width="100%" height="100%" className="absolute inset-0 overflow-visible">
          {ticks.map((tick) => (
            <line
              key={tick}
              x2="100%"
              y1={toPercent(toY(tick, domain))}
              y2={toPercent(toY(tick, domain))}
              stroke="var(--color-line)"
              strokeDasharray={tick === 0 ? undefined : '2 4'}
            />
          ))}
          {children(domain)}
        </svg>
        {labels.length > 0 && (
          <PlotReader title={title} count={labels.length} isBanded={isBanded} domain={domain} read={read} />
        )}
      </div>
      <XAxis labels={labels} isBanded={isBanded} />
    </div>
  )
}

function XAxis({ labels, isBanded }: Pick<PlotFrameProps, 'labels' | 'isBanded'>) {
  return (
    <div className="@container col-start-2">
      <svg aria-hidden="true" width="100%" height="100%" className="overflow-visible">
        {[...toLabelTiers(labels.length)].map(([index, tier]) => {
          const x = toX(index, labels.length, isBanded)
          return (
            <text
              key={index}
              x={toPercent(x)}
              y="18"
              textAnchor={x > 0.97 ? 'end' : x < 0.03 ? 'start' : 'middle'}
              className={`${TEXT} ${TIER_CLASSES[tier]}`}
            >
              {labels[index]}
            </text>
          )
        })}
      </svg>
    </div>
  )
}
