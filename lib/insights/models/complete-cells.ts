/** The intervals of a retention matrix and how its cells follow from them. */
export type CohortWindows = {
  /** Starts of the intervals and the end of the last, ms. */
  bounds: readonly number[]
  /** Nothing at or after this instant was counted. */
  endMs: number
  /** Length of a rolling window, ms; null for calendar windows. */
  rollingMs: number | null
}

/**
 * Per cohort how many of its leading cells were over before the end for each of its people, so that they can no longer grow. A
 * rolling window of the cohort's last person ends one interval later than that of its first.
 */
export function toCompleteCounts({ bounds, endMs, rollingMs }: CohortWindows): number[] {
  return bounds.slice(0, -1).map((_, cohort) => {
    const firstEndMs = bounds[cohort + 1] as number
    if (rollingMs === null) return bounds.slice(cohort + 1).filter((end) => end <= endMs).length
    // Cell 0 is the cohort itself: it is complete when its interval is over.
    return firstEndMs > endMs ? 0 : 1 + Math.max(0, Math.floor((endMs - firstEndMs) / rollingMs) - 1)
  })
}
