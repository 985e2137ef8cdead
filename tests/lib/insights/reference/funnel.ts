/**
 * The funnel rule of DESIGN.md section 7 by exhaustive search, for small data: nothing here is shared with the SQL, neither
 * the order of ties nor the idea of the newest attempt.
 */
export type Occurrence = { timestamp: number; matches: (step: number) => boolean }
export type FunnelResult = { counts: number[]; medianMs: (number | null)[]; averageMs: (number | null)[] }

/** People per step and the times from step to step; `people` holds each person's events in any order. */
export function countFunnel(
  people: readonly (readonly Occurrence[])[],
  stepCount: number,
  windowMs: number,
): FunnelResult {
  const paths = people.map((events) => findBestPath(events, stepCount, windowMs))
  const steps = Array.from({ length: stepCount }, (_, step) => step)
  const gaps = steps.map((step) =>
    paths.flatMap((path) => {
      const [before, at] = [path[step - 1], path[step]]
      return before === undefined || at === undefined ? [] : [at - before]
    }),
  )
  return {
    counts: steps.map((step) => paths.filter((path) => path.length > step).length),
    medianMs: gaps.map(median),
    averageMs: gaps.map((each) => (each.length === 0 ? null : each.reduce((a, b) => a + b, 0) / each.length)),
  }
}

/**
 * The times of the longest chain of distinct events that match steps 0, 1, … at instants that never go back, all within the
 * window of the first, inclusive. Of the longest the one that starts first, and then reaches each step first.
 */
function findBestPath(events: readonly Occurrence[], stepCount: number, windowMs: number): number[] {
  let best: number[] = []
  const used = new Set<Occurrence>()
  const visit = (path: number[]) => {
    if (path.length > best.length || (path.length === best.length && isEarlier(path, best))) best = path
    if (path.length === stepCount) return
    for (const event of events) {
      const isLate = path[0] !== undefined && event.timestamp - path[0] > windowMs
      if (used.has(event) || isLate || event.timestamp < (path.at(-1) ?? -Infinity) || !event.matches(path.length))
        continue
      used.add(event)
      visit([...path, event.timestamp])
      used.delete(event)
    }
  }
  visit([])
  return best
}

function isEarlier(path: readonly number[], other: readonly number[]): boolean {
  const at = path.findIndex((time, index) => time !== other[index])
  return at >= 0 && (path[at] as number) < (other[at] as number)
}

/** The middle value, or the mean of the two middle ones; null without values. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  if (sorted.length === 0) return null
  if (!Number.isInteger(middle)) return sorted[Math.floor(middle)] as number
  return ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}
