/**
 * Nearest-rank percentile: the smallest value that at least the share `q` of all values do not exceed. Null without values.
 * Source: https://en.wikipedia.org/wiki/Percentile#The_nearest-rank_method
 */
export function toPercentile(values: readonly number[], q: number): number | null {
  return (
    values
      .toSorted((a, b) => a - b)
      .find((value) => values.filter((each) => each <= value).length >= q * values.length) ?? null
  )
}
