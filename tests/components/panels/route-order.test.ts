import { describe, expect, it } from 'vitest'
import { type RouteRow, toNextOrder, toOrderedRoutes } from '@/components/panels/route-order'

const toRow = (route: string, count: number, lcp: number | null): RouteRow => {
  const vital = { p75: null, count: 0, rating: null }
  return { route, count, lcp: { ...vital, p75: lcp }, inp: vital, cls: vital, fcp: vital, ttfb: vital }
}
const ROWS = [toRow('/b', 5, 900), toRow('/a', 5, null), toRow('/c', 9, 2_000)]
const routesOf = (rows: readonly RouteRow[]) => rows.map(({ route }) => route)

describe('the order of routes', () => {
  it('runs both ways by each column, ties by name', () => {
    expect(routesOf(toOrderedRoutes(ROWS, { column: 'count', direction: 'descending' }))).toEqual(['/c', '/a', '/b'])
    expect(routesOf(toOrderedRoutes(ROWS, { column: 'count', direction: 'ascending' }))).toEqual(['/a', '/b', '/c'])
    expect(routesOf(toOrderedRoutes(ROWS, { column: 'route', direction: 'descending' }))).toEqual(['/c', '/b', '/a'])
  })

  it('puts routes without a value last, whichever way it runs', () => {
    expect(routesOf(toOrderedRoutes(ROWS, { column: 'lcp', direction: 'ascending' }))).toEqual(['/b', '/c', '/a'])
    expect(routesOf(toOrderedRoutes(ROWS, { column: 'lcp', direction: 'descending' }))).toEqual(['/c', '/b', '/a'])
  })

  it('leaves the given rows as they are', () => {
    toOrderedRoutes(ROWS, { column: 'route', direction: 'ascending' })
    expect(routesOf(ROWS)).toEqual(['/b', '/a', '/c'])
  })

  it('turns around on the same column and starts with the worst on another', () => {
    const order = { column: 'lcp', direction: 'descending' } as const
    expect(toNextOrder(order, 'lcp')).toEqual({ column: 'lcp', direction: 'ascending' })
    expect(toNextOrder(order, 'inp')).toEqual({ column: 'inp', direction: 'descending' })
    expect(toNextOrder(order, 'route')).toEqual({ column: 'route', direction: 'ascending' })
  })
})
