const WIDTH = 96
const HEIGHT = 24

/** A trend without axes. Decoration: the figures it stands for are told elsewhere. */
export function Sparkline({ values }: { values: readonly number[] }) {
  const most = Math.max(1, ...values)
  const step = values.length > 1 ? WIDTH / (values.length - 1) : 0
  const points = values.map(
    (value, index) => `${(index * step).toFixed(1)},${(HEIGHT - 2 - (value / most) * (HEIGHT - 4)).toFixed(1)}`,
  )
  return (
    <svg aria-hidden="true" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="inline-block">
      {values.length > 1 ? (
        <polyline
          points={points.join(' ')}
          fill="none"
          stroke="var(--color-series-1)"
          strokeWidth="1.5"
          strokeLinejoin="round"
        />
      ) : (
        <circle cx={WIDTH / 2} cy={HEIGHT / 2} r="2" fill="var(--color-series-1)" />
      )}
    </svg>
  )
}
