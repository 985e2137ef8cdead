import { type Domain, LINE_UNITS, toLinePath, toPercent, toX, toY } from './plot-geometry'

/** With more buckets than this, dots would merge into the line. */
const DOT_BUCKETS_MAX = 16

type PlotLineProps = {
  values: readonly (number | null)[]
  domain: Domain
  isBanded: boolean
  color: string
  dash?: string | undefined
}

/** A line through values, broken where one is null; few values, and those that no line would touch, have dots. */
export function PlotLine({ values, domain, isBanded, color, dash }: PlotLineProps) {
  const isAlone = (index: number) => (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null
  return (
    <>
      {/* The square is stretched over the plot; the stroke is not. */}
      <svg
        aria-hidden="true"
        width="100%"
        height="100%"
        viewBox={`0 0 ${LINE_UNITS} ${LINE_UNITS}`}
        preserveAspectRatio="none"
        className="overflow-visible"
      >
        <path
          d={toLinePath(values, domain, isBanded)}
          fill="none"
          stroke={color}
          strokeWidth="2"
          strokeLinejoin="round"
          strokeDasharray={dash}
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      {values.map((value, index) =>
        value !== null && (values.length <= DOT_BUCKETS_MAX || isAlone(index)) ? (
          <circle
            // biome-ignore lint/suspicious/noArrayIndexKey: a dot is its bucket
            key={index}
            cx={toPercent(toX(index, values.length, isBanded))}
            cy={toPercent(toY(value, domain))}
            r="2.5"
            fill={color}
          />
        ) : null,
      )}
    </>
  )
}
