import type { ProjectId } from '../core/ids'
import { monotonicMs } from '../platform/clock'
import { callFunction } from './client'
import { readWaitingRollups } from './waiting-rollups'

/** One run works so long, one call of some seconds beyond it. */
const BUDGET_MS = 25_000

/**
 * Rolls up the web vitals of the hours that are over and changed, newest day first; gives how many hours it made, and whether that
 * was all. Readers get the same counts before, meanwhile and after, and percentiles within 1 %. Any number of these may run at once.
 */
export async function rollUpVitals(
  nowMs: number,
  { budgetMs = BUDGET_MS, signal }: { budgetMs?: number; signal?: AbortSignal } = {},
): Promise<{ hours: number; isDone: boolean }> {
  const endMs = monotonicMs() + budgetMs
  for (let hours = 0; ; ) {
    const made = await callFunction<number>('roll_up_vitals', { p_now: nowMs }, signal)
    hours += made
    if (made === 0) return { hours, isDone: (await readWaitingRollups(nowMs, undefined, signal)).vitalHours === 0 }
    if (monotonicMs() >= endMs) return { hours, isDone: false }
  }
}

/** Has the slices of a project, or of all, made anew by the next runs; gives how many hours. Reports read rows until then. */
export function markAllVitals(projectId: ProjectId | null = null): Promise<number> {
  return callFunction<number>('rebuild_vital_slices', { p_project_id: projectId })
}
