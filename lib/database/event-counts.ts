import { callFunction } from './client'

/** Differences in one call: 20,000 take some 100 ms, far below a hosted statement timeout. */
const FOLD_SIZE = 20_000
/** Calls in one run; what is left waits for the next one, and every reader counts it meanwhile. */
const FOLD_CALLS_MAX = 50

/**
 * Adds up the differences that appends left behind, so that readers of the counts have less to do; gives how many it
 * took, at most 1,000,000. Any number of these may run at once. Readers get the same figures before and after.
 */
export async function foldEventCounts(signal?: AbortSignal): Promise<number> {
  let folded = 0
  for (let calls = 0; calls < FOLD_CALLS_MAX; calls += 1) {
    const taken = await callFunction<number>('fold_event_counts', { p_limit: FOLD_SIZE }, signal)
    folded += taken
    if (taken < FOLD_SIZE) break
  }
  return folded
}
