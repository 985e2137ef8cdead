import type { CurrencyRevenue, RevenueQuery, RevenueReport } from '../contracts/revenue'
import { readEventTotals } from '../database/event-reports'
import type { Project } from '../database/projects'
import { type RevenueRows, readRevenue } from '../database/revenue-reports'
import { toRevenueTotals } from './models/revenue-totals'
import { refuseUnusable, toIso, toReportQuestion } from './report-range'

/**
 * What the events of the range earned, by currency: totals beside those of the range before, a series, and what earned most. People
 * are those of the same filters but for `event`, so that the average per person speaks of everybody who came. Throws
 * `invalid_request` for a range or a value beyond the store's.
 */
export async function readRevenueReport(project: Project, query: RevenueQuery, nowMs: number): Promise<RevenueReport> {
  const { scope, previous, series } = toReportQuestion(project, query, nowMs)
  const { event: _, ...everybody } = scope.filters
  const [rows, totals, before] = await refuseUnusable(
    Promise.all([
      readRevenue(scope, series, query.by),
      readEventTotals({ ...scope, filters: everybody }),
      readEventTotals({ ...previous, filters: everybody }),
    ]),
  )
  const currencies = [...new Set(rows.totals.map(({ currency }) => currency))]
  return {
    people: totals.people,
    previousPeople: before.people,
    by: query.by,
    currencies: currencies.map((currency) => toCurrency(currency, rows, totals.people, before.people)),
  }
}

type Sums = RevenueRows['totals'][number]
const NOTHING = { revenue: 0, count: 0, paying_people: 0 }

function toCurrency(currency: string, rows: RevenueRows, people: number, peopleBefore: number): CurrencyRevenue {
  const find = (isPrevious: boolean) =>
    rows.totals.find((each) => each.currency === currency && each.is_previous === isPrevious)
  const points = new Map(rows.points.filter((each) => each.currency === currency).map((each) => [each.position, each]))
  return {
    currency,
    totals: toRevenueTotals(toSums(find(false)), people),
    previous: toRevenueTotals(toSums(find(true)), peopleBefore),
    series: rows.starts.map((start, index) => ({ start: toIso(start), ...toSums(points.get(index + 1)) })),
    top: rows.top.filter((each) => each.currency === currency).map((each) => ({ value: each.value, ...toSums(each) })),
  }
}

function toSums({ revenue, count, paying_people }: Omit<Sums, 'currency' | 'is_previous'> = NOTHING) {
  return { revenue, count, payingPeople: paying_people }
}
