import { callFunction } from './client'

/** What is still to be rolled up: days of events, hours of web vitals, hours of AI calls and database queries. */
export type WaitingRollups = { days: number; vitalHours: number; callHours: number }

/**
 * What waits, what somebody else is making included: a builder that finds a project in other hands leaves it, and says that nothing is
 * left for itself. What changed in the last `quietMs` does not wait yet.
 */
export function readWaitingRollups(nowMs: number, quietMs?: number, signal?: AbortSignal): Promise<WaitingRollups> {
  const quiet = quietMs === undefined ? {} : { p_quiet_ms: quietMs }
  return callFunction<WaitingRollups>('get_waiting_rollups', { p_now: nowMs, ...quiet }, signal)
}
