import { type Domain, toPercent, toX, toY } from './plot-geometry'

/** Of its band; the rest is the gap to the next. */
const BAR_SHARE = 0.82
const BAR_WIDTH_MAX = 36

type PlotBarProps = {
  index: number
  count: number
  domain: Domain
  /** Where the bar begins and ends, in values. */
  from: number
  to: number
  fill: string
  fillOpacity?: number
}

/** One bar in its band, in percent of the plot; nothing where it has no height. */
export function PlotBar({ index, count, domain, from, to, fill, fillOpacity = 1 }: PlotBarProps) {
  if (from === to) return null
  const top = toY(Math.max(from, to), domain)
  const bottom = toY(Math.min(from, to), domain)
  return (
    <rect
      x={toPercent(toX(index, count, true))}
      y={toPercent(top)}
      height={toPercent(bottom - top)}
      rx="2"
      fill={fill}
      fillOpacity={fillOpacity}
      style={{ width: `min(${toPercent(BAR_SHARE / count)}, ${BAR_WIDTH_MAX}px)` }}
      className="-translate-x-1/2 [transform-box:fill-box]"
    />
  )
}

type HatchProps = { id: string; color: string }

/** The fill `url(#id)` of bars that must not be told apart by colour alone, or that cover their bucket only in part. */
export function Hatch({ id, color }: HatchProps) {
  return (
    <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect width="5" height="5" fill={color} fillOpacity="0.18" />
      <rect width="2" height="5" fill={color} fillOpacity="0.75" />
    </pattern>
  )
}
