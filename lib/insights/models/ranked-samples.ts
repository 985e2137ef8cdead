/** Samples in ascending order, however they are kept: `at(1)` is the lowest, `at(count)` the highest. */
export type RankedSamples = { count: number; at: (rank: number) => number }

/** Values as samples that can be asked by rank; they are copied. */
export function rankValues(values: readonly number[]): RankedSamples {
  const sorted = Float64Array.from(values).sort()
  return {
    count: sorted.length,
    at: (rank) => sorted[rank - 1] ?? Number.NaN,
  }
}

/** The rank (from 1) of a percentile by nearest rank: the lowest that at least `ratio` of all samples do not exceed. */
export function toRank(count: number, ratio: number): number {
  return Math.max(1, Math.ceil(ratio * count))
}

/** The nearest-rank percentile; null without samples. */
export function toPercentile(samples: RankedSamples, ratio: number): number | null {
  return samples.count === 0 ? null : samples.at(toRank(samples.count, ratio))
}
