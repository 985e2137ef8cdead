import type { ReportQuery } from '../contracts/report-query'
import type { SessionListQuery, SessionPage, SessionsReport } from '../contracts/sessions'
import { toRatio } from '../core/ratio'
import type { Project } from '../database/projects'
import { parseCursor, toCursor } from '../database/row-key'
import { readSessionPage, readSessionSummary } from '../database/session-reports'
import { refuseUnusable, toReportQuestion } from './report-range'

/** Sessions that began in the range, summed up. Throws `invalid_request` for values the store cannot hold. */
export async function readSessions(project: Project, query: ReportQuery, nowMs: number): Promise<SessionsReport> {
  const { scope } = toReportQuestion(project, query, nowMs)
  const summary = await refuseUnusable(readSessionSummary(scope))
  return { ...summary, bounceRatio: toRatio(summary.bounces, summary.sessions) }
}

/** Sessions that began in the range, one by one, the latest first. */
export async function readSessionList(project: Project, query: SessionListQuery, nowMs: number): Promise<SessionPage> {
  const { scope } = toReportQuestion(project, query, nowMs)
  const { items, next } = await refuseUnusable(readSessionPage(scope, parseCursor(query.after), query.limit))
  return { items, next: toCursor(next) }
}
