import { type ChartSeries, SERIES_COLORS } from './chart-series'

/** The sign of a series in a legend or tooltip: a block for bars, a stroke for lines, a broken one for dashed lines. */
export function SeriesKey({ series }: { series: Pick<ChartSeries, 'form' | 'color'> }) {
  const color = SERIES_COLORS[series.color]
  return (
    <svg aria-hidden="true" width="14" height="10" className="shrink-0">
      {series.form === 'bars' ? (
        <rect x="2" width="10" height="10" rx="2" fill={color} />
      ) : (
        <line
          x1="0"
          x2="14"
          y1="5"
          y2="5"
          stroke={color}
          strokeWidth="2"
          strokeDasharray={series.form === 'dashed' ? '4 3' : undefined}
        />
      )}
    </svg>
  )
}
