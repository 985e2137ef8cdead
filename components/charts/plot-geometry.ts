/** The lowest and the highest value of an axis. */
export type Domain = readonly [low: number, high: number]

/** Units of the square in which lines are drawn before it is stretched over the plot. */
export const LINE_UNITS = 1_000

/**
 * Where a bucket stands, 0..1 from the left: in the middle of its band where there are bars, else from edge to edge. A single
 * bucket stands in the middle.
 */
export function toX(index: number, count: number, isBanded: boolean): number {
  if (isBanded) return (index + 0.5) / count
  return count === 1 ? 0.5 : index / (count - 1)
}

/** The bucket nearest to a place (0..1 from the left, beyond it too). */
export function toNearestIndex(x: number, count: number, isBanded: boolean): number {
  const index = isBanded ? Math.floor(x * count) : Math.round(x * (count - 1))
  return Math.min(Math.max(index, 0), count - 1)
}

/** Where a value stands, 0..1 from the top. */
export function toY(value: number, [low, high]: Domain): number {
  return 1 - (value - low) / (high - low)
}

/** A ratio as a length in SVG and CSS. */
export function toPercent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(3))}%`
}

/** A line through values as an SVG path in a square of `LINE_UNITS`; it breaks where a value is null. */
export function toLinePath(values: readonly (number | null)[], domain: Domain, isBanded: boolean): string {
  const place = (ratio: number) => Number((ratio * LINE_UNITS).toFixed(1))
  return values
    .map((value, index) => {
      if (value === null) return ''
      const begin = (values[index - 1] ?? null) === null ? 'M' : 'L'
      return `${begin}${place(toX(index, values.length, isBanded))} ${place(toY(value, domain))}`
    })
    .join('')
}

/** The most labels under a narrow, a middling and a wide plot. */
const LABELS_MAX = [4, 6, 9] as const

/**
 * Which buckets are named under a plot, and from which width on: 0 always, 1 where there is room, 2 where there is much. The last
 * bucket is always named; what a narrow plot names a wide one names too, so that the rest can be hidden by style alone.
 */
export function toLabelTiers(count: number): ReadonlyMap<number, 0 | 1 | 2> {
  const named = (stride: number) => Math.ceil(count / stride)
  const wide = Math.ceil(count / LABELS_MAX[2])
  const middling = wide * Math.ceil(named(wide) / LABELS_MAX[1])
  const narrow = middling * Math.ceil(named(middling) / LABELS_MAX[0])
  const tiers = new Map<number, 0 | 1 | 2>()
  for (let fromLast = 0; fromLast < count; fromLast += wide) {
    tiers.set(count - 1 - fromLast, fromLast % narrow === 0 ? 0 : fromLast % middling === 0 ? 1 : 2)
  }
  return tiers
}
