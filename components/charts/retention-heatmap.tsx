import { formatCount, formatExactCount, formatRatio } from '../format/format-number'
import { classNames } from '../ui/class-names'
import { Table } from '../ui/table'

/** One cohort of the table. `counts[0]` is its size; the cells from `completeCount` on may still grow. */
export type HeatmapRow = { name: string; counts: readonly number[]; completeCount: number }

type RetentionHeatmapProps = {
  caption: string
  cohortLabel: string
  /** Names of the columns. */
  columns: readonly string[]
  rows: readonly HeatmapRow[]
  averageRatios: readonly (number | null)[]
  figures: 'ratio' | 'people'
}

/** Deeper for more; ink stays readable on all of them (4.5:1 in both schemes). The figure itself is in the cell. */
const DEPTHS = [
  '',
  'bg-series-1/6',
  'bg-series-1/11',
  'bg-series-1/16',
  'bg-series-1/21',
  'bg-series-1/26',
  'bg-series-1/31',
  'bg-series-1/36',
  'bg-series-1/41',
  'bg-series-1/46',
] as const

function toDepth(ratio: number): string {
  // Most cells are small: the root spreads them over the scale.
  return ratio === 0
    ? ''
    : (DEPTHS[Math.min(DEPTHS.length - 1, Math.ceil(Math.sqrt(ratio) * (DEPTHS.length - 1)))] ?? '')
}

const CELL = 'figures h-8 min-w-14 whitespace-nowrap px-2 text-center text-xs'

/**
 * Cohorts by age as a table whose cells are tinted by their share of the cohort. What may still grow is in italics, with an
 * ellipsis; what has not begun is empty.
 */
export function RetentionHeatmap({
  caption,
  cohortLabel,
  columns,
  rows,
  averageRatios,
  figures,
}: RetentionHeatmapProps) {
  return (
    <Table caption={caption}>
      <thead>
        <tr className="text-ink-faint text-xs">
          <th scope="col" className="sticky left-0 z-10 bg-surface pr-3 pb-2 text-left font-medium">
            {cohortLabel}
          </th>
          <th scope="col" className="px-2 pb-2 text-right font-medium">
            People
          </th>
          {columns.map((column) => (
            <th key={column} scope="col" className="whitespace-nowrap px-2 pb-2 text-center font-medium">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row" className="sticky left-0 z-10 bg-surface pr-3 text-left font-semibold text-xs">
            Average
          </th>
          <td className="figures px-2 text-right text-ink-soft text-xs">
            {formatCount(rows.reduce((sum, { counts }) => sum + (counts[0] ?? 0), 0))}
          </td>
          {columns.map((column, age) => {
            const ratio = averageRatios[age] ?? null
            return (
              <td key={column} className={classNames(CELL, 'font-semibold', ratio !== null && toDepth(ratio))}>
                {formatRatio(ratio)}
              </td>
            )
          })}
        </tr>
        {rows.map((row) => (
          <tr key={row.name}>
            <th
              scope="row"
              className="sticky left-0 z-10 whitespace-nowrap bg-surface pr-3 text-left font-normal text-ink-soft text-xs"
            >
              {row.name}
            </th>
            <td className="figures px-2 text-right text-ink-soft text-xs" title={formatExactCount(row.counts[0] ?? 0)}>
              {formatCount(row.counts[0] ?? 0)}
            </td>
            {columns.map((column, age) => (
              <HeatmapCell key={column} row={row} age={age} figures={figures} />
            ))}
          </tr>
        ))}
      </tbody>
    </Table>
  )
}

function HeatmapCell({ row, age, figures }: { row: HeatmapRow; age: number; figures: 'ratio' | 'people' }) {
  const size = row.counts[0] ?? 0
  const count = row.counts[age]
  if (count === undefined) return <td />
  const ratio = size === 0 ? null : count / size
  const isGrowing = age >= row.completeCount
  const text = figures === 'ratio' ? formatRatio(ratio) : formatCount(count)
  return (
    <td
      className={classNames(CELL, ratio !== null && toDepth(ratio), isGrowing && 'italic')}
      title={`${formatExactCount(count)} of ${formatExactCount(size)}${isGrowing ? ', still running' : ''}`}
    >
      {text}
      {isGrowing && (
        <>
          <span aria-hidden="true">…</span>
          <span className="sr-only"> so far</span>
        </>
      )}
    </td>
  )
}
