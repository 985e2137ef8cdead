import { LIVE_EVENTS_MAX, type LiveQuery, type LiveReport } from '../contracts/live'
import { readLiveFigures } from '../database/live-reports'
import type { Project } from '../database/projects'

/** What happens now: the last 30 minutes, and the events that arrived since the answer whose cursor is given. */
export function readLive(project: Project, { after }: LiveQuery, nowMs: number): Promise<LiveReport> {
  return readLiveFigures(project.id, nowMs, after ?? null, LIVE_EVENTS_MAX)
}
