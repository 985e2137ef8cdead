import { toRatio } from '../../core/ratio'

/**
 * Column k pools the cohorts that are old enough to have it: their summed `counts[k]` over their summed sizes, so that a large
 * cohort weighs more. Null where those sizes sum to 0; as many columns as the oldest cohort has.
 */
export function toAverageRatios(cohorts: readonly { counts: readonly number[] }[]): (number | null)[] {
  const columnCount = Math.max(0, ...cohorts.map(({ counts }) => counts.length))
  return Array.from({ length: columnCount }, (_, column) => {
    let size = 0
    let people = 0
    for (const { counts } of cohorts) {
      const count = counts[column]
      if (count === undefined) continue
      size += counts[0] ?? 0
      people += count
    }
    return toRatio(people, size)
  })
}
