import { type TableQuery, tableQuery } from '../contracts/export'
import { toCsvLine } from '../core/csv'
import { AppError } from '../core/errors'
import { type ReportTables, type TableRow, toReportTables } from '../core/report-tables'

/**
 * Takes what asks for a table out of a query string; null when it asks for the report's own JSON. Throws `invalid_request` for a
 * format that does not exist.
 */
export function takeTableQuery(search: URLSearchParams): TableQuery | null {
  const parsed = tableQuery.safeParse(Object.fromEntries(search))
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => ({ path: `query.${path.join('.')}`, message }))
    throw new AppError('invalid_request', 'Ask for format=csv, format=ndjson or format=json.', { issues })
  }
  search.delete('format')
  search.delete('table')
  return parsed.data.format === 'json' ? null : parsed.data
}

/**
 * A report as CSV or lines of JSON: the table that is asked for, else all of them, each row naming its own in the column `table`.
 * Throws `not_found` for a table that the report does not have, naming those that it has.
 */
export function toTableResponse(report: unknown, { format, table }: TableQuery): Response {
  const tables = toReportTables(report)
  const rows = table === undefined ? toNamedRows(tables) : findTable(tables, table)
  const isCsv = format === 'csv'
  return new Response(isCsv ? toCsv(rows) : rows.map((row) => `${JSON.stringify(row)}\n`).join(''), {
    headers: {
      'Content-Type': isCsv ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson; charset=utf-8',
      'Content-Disposition': `attachment; filename="${(table ?? 'report').replace(/[^\w.-]/g, '_')}.${format}"`,
    },
  })
}

function toNamedRows(tables: ReportTables): TableRow[] {
  return [...tables].flatMap(([table, rows]) => rows.map((row) => ({ table, ...row })))
}

function findTable(tables: ReportTables, table: string): readonly TableRow[] {
  const rows = tables.get(table)
  if (rows) return rows
  const names = [...tables.keys()]
  throw new AppError('not_found', `This report has no such table; it has ${names.join(', ') || 'none'}.`)
}

// The columns of all rows in the order in which they first appear.
function toCsv(rows: readonly TableRow[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  if (columns.length === 0) return ''
  return [toCsvLine(columns), ...rows.map((row) => toCsvLine(columns.map((column) => row[column])))].join('')
}
