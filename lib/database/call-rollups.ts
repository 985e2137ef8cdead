import type { ProjectId } from '../core/ids'
import { monotonicMs } from '../platform/clock'
import { callFunction } from './client'
import { readWaitingRollups } from './waiting-rollups'

/** One run works so long, one call of some seconds beyond it. */
const BUDGET_MS = 25_000

/**
 * Rolls up the AI calls and database queries of the hours that are over and changed, newest day first; gives how many hours it made,
 * and whether that was all. Readers get the same counts before, meanwhile and after. Any number of these may run at once.
 */
export async function rollUpCalls(
  nowMs: number,
  { budgetMs = BUDGET_MS, signal }: { budgetMs?: number; signal?: AbortSignal } = {},
): Promise<{ hours: number; isDone: boolean }> {
  const endMs = monotonicMs() + budgetMs
  for (let hours = 0; ; ) {
    const made = await callFunction<number>('roll_up_calls', { p_now: nowMs }, signal)
    hours += made
    if (made === 0) return { hours, isDone: (await readWaitingRollups(nowMs, undefined, signal)).callHours === 0 }
    if (monotonicMs() >= endMs) return { hours, isDone: false }
  }
}

/** Has the slices of a project, or of all, made anew by the next runs; gives how many hours. Reports read rows until then. */
export function markAllCalls(projectId: ProjectId | null = null): Promise<number> {
  return callFunction<number>('rebuild_call_slices', { p_project_id: projectId })
}
