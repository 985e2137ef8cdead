import type { Breakdown, BreakdownQuery, PerformanceBreakdown } from '../contracts/performance-breakdown'
import type { Project } from '../database/projects'
import { readVitalBreakdowns, readVitalSamples, type VitalDimension } from '../database/vital-reports'
import { toGroup, toShownGroup } from './models/vital-group'
import { toSampleGroups } from './models/vital-samples'
import { toPerformanceQuestion } from './performance-scope'
import { refuseUnusable } from './report-range'

/** With so few rows in the range, figures are made from the samples themselves. */
const EXACT_SAMPLES_MAX = 1_000
const ROWS_MAX = 50

/** Where vitals differ: p75 of each by the values of one dimension. Throws as `readPerformanceReport` does. */
export async function readPerformanceBreakdown(
  project: Project,
  query: BreakdownQuery,
  nowMs: number,
): Promise<PerformanceBreakdown> {
  const { scope } = toPerformanceQuestion(project, query, nowMs)
  const dimension = toDimension(query.by)
  const [groups, samples] = await refuseUnusable(
    Promise.all([readVitalBreakdowns(scope, [dimension]), readVitalSamples(scope, EXACT_SAMPLES_MAX)]),
  )
  const rows = samples ? toSampleGroups(samples, dimension, scope.isSoft) : groups.map(toShownGroup)
  return {
    by: query.by,
    rows: rows
      .slice(0, query.by === 'route' ? 2 * ROWS_MAX : ROWS_MAX)
      .map((row) => ({ value: row.value, ...toGroup(row) })),
    precision: samples ? 'exact' : 'histogram',
  }
}

function toDimension(by: Breakdown): VitalDimension {
  return by === 'navigationType' ? 'navigation_type' : by
}
