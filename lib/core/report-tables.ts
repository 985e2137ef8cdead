/** Rows of named cells. */
export type TableRow = Readonly<Record<string, unknown>>
/** The tables of a report by their names. */
export type ReportTables = ReadonlyMap<string, readonly TableRow[]>

/** The table of a report's single figures: one row, its columns named by where each stands, such as `totals.events`. */
export const SUMMARY_TABLE = 'summary'

/**
 * Any report as tables: each list of objects becomes one, named by where it stands (`series`, `metrics.lcp.series`). A list inside
 * a row makes a table of its own (`funnels.steps`), whose rows repeat the single figures of the row around them (`name`); a list of
 * figures becomes columns (`counts.0`). Everything that stands in no list is the table `summary`.
 */
export function toReportTables(report: unknown): ReportTables {
  const tables = new Map<string, TableRow[]>()
  const summary = collect(report, '', {}, tables)
  if (Object.keys(summary).length > 0) tables.set(SUMMARY_TABLE, [summary])
  return tables
}

// Gives the single figures below a value, and puts every list of objects below it into its table.
function collect(value: unknown, path: string, around: TableRow, tables: Map<string, TableRow[]>): TableRow {
  const cells: Record<string, unknown> = {}
  const lists: [string, readonly unknown[]][] = []
  const visit = (each: unknown, name: string): void => {
    if (Array.isArray(each) && each.some(isObject)) lists.push([name, each])
    else if (Array.isArray(each)) for (const [index, cell] of each.entries()) cells[`${name}.${index}`] = cell
    else if (isObject(each))
      for (const [key, inner] of Object.entries(each)) visit(inner, name ? `${name}.${key}` : key)
    else if (name !== '') cells[name] = each
  }
  visit(value, Array.isArray(value) ? 'rows' : '')
  for (const [name, list] of lists) {
    const table = path ? `${path}.${name}` : name
    const rows = tables.get(table) ?? []
    tables.set(table, rows)
    for (const item of list) {
      const outer = { ...around, ...(path ? cells : {}) }
      rows.push({ ...outer, ...collect(item, table, outer, tables) })
    }
  }
  return cells
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
