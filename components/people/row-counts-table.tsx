import { formatExactCount } from '../format/format-number'
import { Cell, HeaderCell, Table } from '../ui/table'
import { sumRows, toTableName } from './table-names'

type RowCountsTableProps = { caption: string; countLabel: string; rows: Readonly<Record<string, number>> }

/** Rows by table with their sum; tables without any are left out. */
export function RowCountsTable({ caption, countLabel, rows }: RowCountsTableProps) {
  const entries = Object.entries(rows).filter(([, count]) => count > 0)
  return (
    <Table caption={caption}>
      <thead>
        <tr>
          <HeaderCell>Table</HeaderCell>
          <HeaderCell isFigure>{countLabel}</HeaderCell>
        </tr>
      </thead>
      <tbody>
        {entries.map(([table, count]) => (
          <tr key={table}>
            <Cell>
              {toTableName(table)} <code className="ml-1 font-mono text-2xs text-ink-faint">{table}</code>
            </Cell>
            <Cell isFigure>{formatExactCount(count)}</Cell>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <Cell className="font-medium">All</Cell>
          <Cell isFigure className="font-medium">
            {formatExactCount(sumRows(rows))}
          </Cell>
        </tr>
      </tfoot>
    </Table>
  )
}
