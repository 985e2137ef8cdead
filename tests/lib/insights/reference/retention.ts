/** The retention rule of DESIGN.md section 7, person by person and cell by cell. */
export type Visit = { timestamp: number; isTarget: boolean; isTargetName: boolean; isReturn: boolean }
export type RetentionMode = 'recurring' | 'first_time' | 'first_ever'

/**
 * `counts` per cohort; `bounds` are the starts of the intervals and the end of the last, nothing at or after `untilMs` counts.
 * Each element of `people` holds one person's visits in any order.
 */
export function countRetention(
  people: readonly (readonly Visit[])[],
  bounds: readonly number[],
  untilMs: number,
  mode: RetentionMode,
  isCumulative: boolean,
): number[][] {
  const endMs = Math.min(bounds.at(-1) as number, untilMs)
  const starts = bounds.slice(0, -1).filter((start) => start < endMs)
  const toInterval = (ms: number) => starts.findLastIndex((start) => start <= ms)
  const counts = starts.map((_, index) => starts.slice(index).map(() => 0))
  for (const all of people) {
    const visits = all.filter(({ timestamp }) => timestamp < endMs).toSorted((a, b) => a.timestamp - b.timestamp)
    const returns = new Set(visits.filter(({ isReturn }) => isReturn).map(({ timestamp }) => toInterval(timestamp)))
    for (const cohort of toCohorts(visits, mode, toInterval)) {
      const row = counts[cohort] as number[]
      for (let age = 0; age < row.length; age += 1) {
        const isBack = isCumulative
          ? [...returns].some((interval) => interval >= cohort + age)
          : returns.has(cohort + age)
        if (age === 0 || isBack) row[age] = (row[age] as number) + 1
      }
    }
  }
  return counts
}

function toCohorts(visits: readonly Visit[], mode: RetentionMode, toInterval: (ms: number) => number): Set<number> {
  const targets = visits.filter(({ isTarget }) => isTarget)
  const cohorts = new Set<number>()
  if (mode === 'recurring') for (const { timestamp } of targets) cohorts.add(toInterval(timestamp))
  const first = targets[0]
  const firstNamed = visits.find(({ isTargetName }) => isTargetName)
  const isFirst = mode === 'first_time' || firstNamed?.timestamp === first?.timestamp
  if (mode !== 'recurring' && first && isFirst) cohorts.add(toInterval(first.timestamp))
  cohorts.delete(-1)
  return cohorts
}
