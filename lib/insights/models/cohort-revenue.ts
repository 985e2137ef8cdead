/** What one currency's cohorts brought in: their total, its average per member, and the amounts by interval. */
export type CohortRevenue = {
  currency: string
  cohorts: { start: string; total: number; averagePerPerson: number | null; amounts: number[] }[]
}

/** Money is summed and divided in whole millionths, so that 0.1 + 0.2 is 0.3 and an average has at most six decimals. */
const MILLIONTHS = 1e6

/** Totals and averages of one currency; `amounts[i]` are those of the i-th cohort. The average is null for a cohort of nobody. */
export function toCohortRevenue(
  cohorts: readonly { start: string; size: number }[],
  { currency, amounts }: { currency: string; amounts: readonly (readonly number[])[] },
): CohortRevenue {
  return {
    currency,
    cohorts: cohorts.map(({ start, size }, index) => {
      const own = amounts[index] ?? []
      const total = own.reduce((sum, amount) => sum + Math.round(amount * MILLIONTHS), 0)
      return {
        start,
        total: total / MILLIONTHS,
        averagePerPerson: size === 0 ? null : Math.round(total / size) / MILLIONTHS,
        amounts: [...own],
      }
    }),
  }
}
