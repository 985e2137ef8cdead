import type { PerformanceReport } from '@/lib/contracts/performance-report'
import type { Vital } from '@/lib/core/vitals'

export type RouteRow = PerformanceReport['routes'][number]
export type RouteColumn = 'route' | 'count' | Vital
export type RouteOrder = { column: RouteColumn; direction: 'ascending' | 'descending' }

/**
 * The rows in the wanted order; routes break ties by name. A route without a value comes last whichever way the order runs,
 * because a missing value is neither fast nor slow.
 */
export function toOrderedRoutes(rows: readonly RouteRow[], { column, direction }: RouteOrder): RouteRow[] {
  const sign = direction === 'ascending' ? 1 : -1
  return rows.toSorted((left, right) => {
    const byName = left.route.localeCompare(right.route, 'en')
    if (column === 'route') return sign * byName
    const [a, b] = [toValue(left, column), toValue(right, column)]
    if (a === null || b === null) return Number(a === null) - Number(b === null) || byName
    return sign * (a - b) || byName
  })
}

function toValue(row: RouteRow, column: Exclude<RouteColumn, 'route'>): number | null {
  return column === 'count' ? row.count : row[column].p75
}

/** The order after a click on a column: the other way if it is the current one, else worst or most first, names from A. */
export function toNextOrder(order: RouteOrder, column: RouteColumn): RouteOrder {
  if (order.column === column) {
    return { column, direction: order.direction === 'ascending' ? 'descending' : 'ascending' }
  }
  return { column, direction: column === 'route' ? 'ascending' : 'descending' }
}
