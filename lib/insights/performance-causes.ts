import type { CausesQuery, PerformanceCauses } from '../contracts/performance-causes'
import { CAUSE_KINDS, VALUE_PARTS } from '../contracts/performance-causes'
import { toRatio } from '../core/ratio'
import type { Project } from '../database/projects'
import { readVitalCauses } from '../database/vital-reports'
import { toPerformanceQuestion } from './performance-scope'
import { refuseUnusable } from './report-range'

/**
 * What makes a vital what it is: where its time goes, and which elements, files, interactions and scripts are behind it, of the
 * newest samples of the range whose cause is known. Throws as `readPerformanceReport` does.
 */
export async function readPerformanceCauses(
  project: Project,
  query: CausesQuery,
  nowMs: number,
): Promise<PerformanceCauses> {
  const { scope } = toPerformanceQuestion(project, query, nowMs)
  const found = await refuseUnusable(readVitalCauses(scope, query.metric))
  const total = found.parts.reduce((sum, part) => sum + part.total, 0)
  return {
    metric: query.metric,
    count: found.count,
    sampleLimit: found.limit,
    isWhole: found.isWhole,
    parts: VALUE_PARTS.flatMap((name) => {
      const part = found.parts.find((each) => each.part === name)
      return part ? [{ part: name, p75: part.p75, share: toRatio(part.total, total) ?? 0, count: part.count }] : []
    }),
    causes: CAUSE_KINDS.flatMap((kind) =>
      found.causes
        .filter((cause) => cause.kind === kind)
        .map(({ value, count, slowCount, p75 }) => ({ kind, value, count, slowCount, p75 })),
    ),
  }
}
