import type { Session } from '../contracts/sessions'
import { callFunction } from './client'
import { type ReportScope, toScopeArgs } from './report-scope'
import type { RowKey } from './row-key'

type PageSessions = { route: string; sessions: number; bounces: number }

/** Sessions that began in the range, summed up; nulls without any. */
export type SessionSummary = {
  sessions: number
  people: number
  bounces: number
  medianLengthMs: number | null
  averageLengthMs: number | null
  averageEvents: number | null
  entries: PageSessions[]
  exits: PageSessions[]
}

/** Sessions that began in the range, summed up, with entry and exit pages. */
export function readSessionSummary(scope: ReportScope): Promise<SessionSummary> {
  return callFunction('get_session_summary', toScopeArgs(scope))
}

/** Sessions that began in the range, the latest first; `next` is the `after` of the next page, null after the last. */
export function readSessionPage(
  scope: ReportScope,
  after: RowKey | null,
  limit: number,
): Promise<{ items: Session[]; next: RowKey | null }> {
  return callFunction('get_session_list', { ...toScopeArgs(scope), p_after: after, p_limit: limit })
}
