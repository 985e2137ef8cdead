import { monotonicMs, nowMs } from '../platform/clock'
import { callFunction } from './client'
import { readWaitingRollups } from './waiting-rollups'

/** One run works so long, one call beyond it: a day of 250,000 rows takes some seconds. */
const BUDGET_MS = 25_000

type RollUpOptions = {
  /** Leaves alone what changed in so many ms, unless it is marked for five minutes; 10 s when left out. */
  quietMs?: number
  budgetMs?: number
  signal?: AbortSignal
  /** Told after each call how many days wait. */
  onDay?: (remaining: number) => void
}

/**
 * Rolls up what changed, a local day of one project at a time, and gives how many days wait for the next run, or for whoever is at work
 * on them: 0 when all is done. Readers get the same figures before, meanwhile and after. Any number of these may run at once.
 */
export async function rollUpSlices({
  quietMs,
  budgetMs = BUDGET_MS,
  signal,
  onDay,
}: RollUpOptions = {}): Promise<number> {
  const endMs = monotonicMs() + budgetMs
  for (;;) {
    const args = quietMs === undefined ? {} : { p_quiet_ms: quietMs }
    const remaining = await callFunction<number>('roll_up_slices', args, signal)
    onDay?.(remaining)
    if (remaining === 0) return (await readWaitingRollups(nowMs(), quietMs, signal)).days
    if (monotonicMs() >= endMs) return remaining
  }
}

/** Has everything rolled up anew by the next runs; gives how many projects hold anything. Readers use raw rows until then. */
export function markAllSlices(): Promise<number> {
  return callFunction<number>('mark_all_slices', {})
}
