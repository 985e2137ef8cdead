import { toRatio } from '../../core/ratio'

/** Revenue of some events in one currency. */
export type RevenueSums = { revenue: number; count: number; payingPeople: number }

/**
 * The sums with what they are on average: per event, per person who paid, and per person who came at all (`people`). Null where there
 * is nobody to divide by. A sum of exact amounts is exact; what is divided is rounded as every ratio is.
 */
export function toRevenueTotals({ revenue, count, payingPeople }: RevenueSums, people: number) {
  return {
    revenue,
    count,
    payingPeople,
    averagePerEvent: toRatio(revenue, count),
    averagePerPayingPerson: toRatio(revenue, payingPeople),
    averagePerPerson: toRatio(revenue, people),
  }
}
