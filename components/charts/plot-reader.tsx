'use client'

import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from 'react'
import { classNames } from '../ui/class-names'
import { type Domain, toNearestIndex, toPercent, toX, toY } from './plot-geometry'

/** What a plot tells about one bucket. */
export type PlotPoint = {
  name: string
  /** Said after the name: `in part`. */
  note?: string | undefined
  figures: readonly { key: string; label: string; text: string; sign?: ReactNode }[]
  /** Where lines are at the bucket, to be marked. */
  dots?: readonly { key: string; value: number | null; color: string }[]
}

type PlotReaderProps = {
  title: string
  count: number
  isBanded: boolean
  domain: Domain
  read: (index: number) => PlotPoint
}

/**
 * Tells the figures of the bucket under the pointer, or of the one that arrow keys have come to: a slider, so that its value is
 * read aloud. Only this layer is drawn anew while somebody points.
 */
export function PlotReader({ title, count, isBanded, domain, read }: PlotReaderProps) {
  const [chosen, setActive] = useState<number | null>(null)
  // New figures may be fewer than those that were pointed at.
  const active = chosen === null ? null : Math.min(chosen, count - 1)
  const shown = active ?? count - 1
  const point = read(shown)
  const follow = ({ clientX, currentTarget }: PointerEvent) => {
    const { left, width } = currentTarget.getBoundingClientRect()
    setActive(toNearestIndex((clientX - left) / width, count, isBanded))
  }
  const walk = (event: KeyboardEvent) => {
    const next = toNext(event.key, active, count)
    if (next === undefined) return
    event.preventDefault()
    setActive(next)
  }
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={title}
      aria-valuemin={0}
      aria-valuemax={count - 1}
      aria-valuenow={shown}
      aria-valuetext={toText(point)}
      onPointerMove={follow}
      onPointerDown={follow}
      onPointerLeave={() => setActive(null)}
      onKeyDown={walk}
      onBlur={() => setActive(null)}
      className="absolute inset-0 touch-pan-y rounded-control"
    >
      {active !== null && (
        <>
          <Cursor at={toX(active, count, isBanded)} width={isBanded ? 1 / count : null} domain={domain} point={point} />
          <Tip at={toX(active, count, isBanded)} point={point} />
        </>
      )}
    </div>
  )
}

/** Where a key leads; null for away, undefined for a key that means nothing here. */
function toNext(key: string, active: number | null, count: number): number | null | undefined {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return Math.max((active ?? count) - 1, 0)
    case 'ArrowRight':
    case 'ArrowUp':
      return Math.min((active ?? count - 2) + 1, count - 1)
    case 'Home':
      return 0
    case 'End':
      return count - 1
    case 'Escape':
      return active === null ? undefined : null
    default:
      return undefined
  }
}

function toText({ name, note, figures }: PlotPoint): string {
  return `${name}${note ? ` (${note})` : ''}: ${figures.map(({ label, text }) => `${label} ${text}`).join(', ')}`
}

type CursorProps = { at: number; width: number | null; domain: Domain; point: PlotPoint }

function Cursor({ at, width, domain, point }: CursorProps) {
  return (
    <svg
      aria-hidden="true"
      width="100%"
      height="100%"
      className="pointer-events-none absolute inset-0 overflow-visible"
    >
      {width === null ? (
        <line x1={toPercent(at)} x2={toPercent(at)} y2="100%" stroke="var(--color-line-strong)" strokeOpacity="0.6" />
      ) : (
        <rect
          x={toPercent(at - width / 2)}
          width={toPercent(width)}
          height="100%"
          fill="var(--color-ink)"
          fillOpacity="0.05"
        />
      )}
      {point.dots?.map(({ key, value, color }) =>
        value === null ? null : (
          <circle
            key={key}
            cx={toPercent(at)}
            cy={toPercent(toY(value, domain))}
            r="4"
            fill={color}
            stroke="var(--color-surface)"
            strokeWidth="2"
          />
        ),
      )}
    </svg>
  )
}

/** Beside the cursor, on the side where there is more room. */
function Tip({ at, point: { name, note, figures } }: { at: number; point: PlotPoint }) {
  const isRight = at < 0.5
  return (
    <div
      style={isRight ? { left: toPercent(at) } : { right: toPercent(1 - at) }}
      className={classNames('pointer-events-none absolute top-0 z-10', isRight ? 'pl-3' : 'pr-3')}
    >
      <div className="whitespace-nowrap rounded-control border border-line bg-raised px-3 py-2 text-xs shadow-popover">
        <p className="mb-1.5 font-medium">
          {name}
          {note && <span className="font-normal text-ink-faint"> · {note}</span>}
        </p>
        <dl className="grid grid-cols-[auto_auto] gap-x-5 gap-y-1">
          {figures.map(({ key, label, text, sign }) => (
            <div key={key} className="contents">
              <dt className="flex items-center gap-1.5 text-ink-soft">
                {sign}
                {label}
              </dt>
              <dd className="figures text-right font-medium">{text}</dd>
            </div>
          ))}
        </dl>
      </div>
    </div>
  )
}
