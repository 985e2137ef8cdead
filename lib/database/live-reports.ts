import type { LiveReport } from '../contracts/live'
import type { ProjectId } from '../core/ids'
import { callFunction } from './client'

/** The last 30 minutes as of `nowMs`, and what arrived since `after` (the cursor of the answer before). */
export function readLiveFigures(
  projectId: ProjectId,
  nowMs: number,
  after: string | null,
  limit: number,
): Promise<LiveReport> {
  return callFunction('get_live', { p_project_id: projectId, p_now: nowMs, p_after: after, p_limit: limit })
}
