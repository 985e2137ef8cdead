import type { FunnelExplainQuery, FunnelExplanation, FunnelReason } from '../contracts/funnel-explain'
import { readFunnelPerson } from '../database/funnel-reports'
import type { Project } from '../database/projects'
import { toFunnelScope, toStoreFunnel } from './funnel'
import { explainFunnel, type Path, type Reason } from './models/funnel-explanation'
import { refuseUnusable, toIso } from './report-range'

/** So many rows of one person are looked at. */
const ROWS_MAX = 10_000

/** Why one person got no further in a funnel, from the rows that are steps of it or might have been. */
export async function explainPersonInFunnel(
  project: Project,
  query: FunnelExplainQuery,
  nowMs: number,
): Promise<FunnelExplanation> {
  const funnel = toStoreFunnel(query)
  const { paths, rows } = await refuseUnusable(
    readFunnelPerson(toFunnelScope(project, query, nowMs), funnel, query.personId),
  )
  const { path, missingStep, reasons } = explainFunnel(funnel, paths, rows.slice(0, ROWS_MAX))
  return {
    personId: query.personId,
    reachedStep: path?.reached ?? 0,
    isExcluded: path?.isExcluded ?? false,
    attempt: path ? toAttempt(path, query) : [],
    windowEndsAt: path && toIso(path.start + query.window),
    missingStep,
    reasons: reasons.map(toDatedReason),
    isComplete: rows.length <= ROWS_MAX,
  }
}

function toAttempt({ times }: Path, { steps, order }: FunnelExplainQuery): FunnelExplanation['attempt'] {
  return times.flatMap((time, index) => {
    if (time === null) return []
    // In any order the k-th time is not that of step k.
    const event = order === 'unordered' ? `${index + 1} of ${steps.length}` : (steps[index]?.event ?? '')
    return [{ step: index + 1, event, at: toIso(time) }]
  })
}

function toDatedReason(reason: Reason): FunnelReason {
  const dated = Object.entries(reason).map(([key, value]) => [
    key,
    key === 'at' || key === 'windowEndedAt' ? toIso(value as number) : value,
  ])
  return Object.fromEntries(dated) as FunnelReason
}
