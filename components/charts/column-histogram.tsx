import { formatCount, formatRatio } from '../format/format-number'

/** One column: how many, and their share of all (0..1; null of nobody). */
export type HistogramColumn = { label: string; count: number; share: number | null }

type ColumnHistogramProps = {
  title: string
  /** What a column counts: `people`. */
  unit: string
  columns: readonly HistogramColumn[]
}

const HEIGHT = 120

/** Columns side by side, each with its figure: a list whose text says everything; the bars only repeat it. */
export function ColumnHistogram({ title, unit, columns }: ColumnHistogramProps) {
  const most = Math.max(1, ...columns.map(({ count }) => count))
  const isTight = columns.length > 10
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard (WCAG 2.1.1)
    <section aria-label={title} tabIndex={0} className="min-w-0 overflow-x-auto">
      <ol aria-label={title} className="flex min-w-fit items-end gap-1">
        {columns.map(({ label, count, share }) => (
          <li
            key={label}
            title={`${label}: ${formatCount(count)} ${unit}, ${formatRatio(share)}`}
            className="flex min-w-7 flex-1 flex-col items-center gap-1"
          >
            <span className="figures whitespace-nowrap text-2xs text-ink-soft">
              {isTight ? formatCount(count) : formatRatio(share)}
              <span className="sr-only">{` of people, ${formatCount(count)} ${unit}`}</span>
            </span>
            <svg aria-hidden="true" width="100%" height={HEIGHT} className="block max-w-14">
              <rect
                y={HEIGHT - Math.max(count === 0 ? 0 : 2, (count / most) * HEIGHT)}
                width="100%"
                height={Math.max(count === 0 ? 0 : 2, (count / most) * HEIGHT)}
                rx="3"
                fill="var(--color-series-1)"
                fillOpacity="0.78"
              />
              <rect y={HEIGHT - 1} width="100%" height="1" fill="var(--color-line)" />
            </svg>
            <span className="whitespace-nowrap text-2xs text-ink-faint">{label}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
