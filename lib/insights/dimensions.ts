import type { AudienceQuery, AudienceReport } from '../contracts/audience'
import type { DimensionRow } from '../contracts/dimension-report'
import type { ReportQuery } from '../contracts/report-query'
import type { SourcesQuery, SourcesReport } from '../contracts/sources'
import { readDimension } from '../database/dimension-reports'
import type { Project } from '../database/projects'
import { matchPrevious } from './models/match-previous'
import { refuseUnusable, toReportQuestion } from './report-range'

/** Where people came from in the range, and in the one before it. */
export async function readSources(project: Project, query: SourcesQuery, nowMs: number): Promise<SourcesReport> {
  return { dimension: query.dimension, rows: await readRows(project, query, query.dimension, nowMs) }
}

/** Where people were and what they used in the range, and in the one before it. */
export async function readAudience(project: Project, query: AudienceQuery, nowMs: number): Promise<AudienceReport> {
  return { dimension: query.dimension, rows: await readRows(project, query, query.dimension, nowMs) }
}

async function readRows(
  project: Project,
  query: ReportQuery,
  dimension: Parameters<typeof readDimension>[1],
  nowMs: number,
): Promise<DimensionRow[]> {
  const { scope, previous } = toReportQuestion(project, query, nowMs)
  const rows = await refuseUnusable(readDimension(scope, dimension))
  if (rows.length === 0) return []
  const values = rows.map(({ value }) => value)
  return matchPrevious(rows, await refuseUnusable(readDimension(previous, dimension, values)))
}
