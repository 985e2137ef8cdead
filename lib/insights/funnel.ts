import type { FunnelQuery, FunnelReport } from '../contracts/funnel'
import { AppError } from '../core/errors'
import { readFunnelSteps } from '../database/funnel-reports'
import type { Project } from '../database/projects'
import { toFunnelSteps } from './models/funnel-steps'
import { refuseUnusable, toQueryRange } from './report-range'

/**
 * People that reach each step, in order, with a total window from step 1; any attempt counts and times are those of the
 * earliest attempt that got furthest (DESIGN.md, section 7). Throws `not_supported`, naming the fields, for what this cannot
 * answer yet, and `invalid_request` for values the store cannot hold.
 */
export async function readFunnel(project: Project, query: FunnelQuery, nowMs: number): Promise<FunnelReport> {
  assertSupported(query)
  const scope = { projectId: project.id, ...toQueryRange(query, nowMs) }
  const rows = await refuseUnusable(readFunnelSteps(scope, query.steps, query.window))
  return {
    steps: toFunnelSteps(
      query.steps.map(({ event }) => event),
      rows,
    ),
  }
}

function assertSupported({ order, unit, exclusions, breakdown }: FunnelQuery): void {
  const issues = [
    ...(order === 'ordered' ? [] : [{ path: 'order', message: 'only `ordered` is supported' }]),
    ...(unit === 'person' ? [] : [{ path: 'unit', message: 'only `person` is supported' }]),
    ...(exclusions.length === 0 ? [] : [{ path: 'exclusions', message: 'exclusions are not supported' }]),
    ...(breakdown === undefined ? [] : [{ path: 'breakdown', message: 'a breakdown is not supported' }]),
  ]
  if (issues.length > 0) throw new AppError('not_supported', 'This kind of funnel is not supported yet.', { issues })
}
