import type { PathsQuery, PathsReport } from '../contracts/paths'
import { readPathRows } from '../database/path-reports'
import type { Project } from '../database/projects'
import { toPathGraph } from './models/path-graph'
import { refuseUnusable, toQueryRange, toStoreFilters } from './report-range'

/**
 * What people did next after an anchor, or just before it, within their sessions. Throws `invalid_request` for values the store
 * cannot hold.
 */
export async function readPaths(project: Project, query: PathsQuery, nowMs: number): Promise<PathsReport> {
  const scope = {
    projectId: project.id,
    ...toQueryRange(query, nowMs),
    filters: toStoreFilters(query.filter, nowMs),
    includeBots: query.bots,
  }
  const { total, anchored, nodes, links } = await refuseUnusable(readPathRows(scope, query))
  return { total, anchored, ...toPathGraph(nodes, links) }
}
