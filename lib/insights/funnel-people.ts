import type { FunnelPeople, FunnelPeopleQuery } from '../contracts/funnel-people'
import { readFunnelPeople } from '../database/funnel-reports'
import type { Project } from '../database/projects'
import { toFunnelScope, toStoreFunnel } from './funnel'
import { refuseUnusable, toIso } from './report-range'

/** A page of the people of one outcome at one step of a funnel, those who began last first. */
export async function readPeopleOfFunnel(
  project: Project,
  query: FunnelPeopleQuery,
  nowMs: number,
): Promise<FunnelPeople> {
  const { step, outcome, limit, cursor } = query
  const [startMs = '', personId = ''] = cursor?.split('.') ?? []
  const rows = await refuseUnusable(
    readFunnelPeople(toFunnelScope(project, query, nowMs), toStoreFunnel(query), {
      step,
      outcome,
      limit: limit + 1,
      after: cursor === undefined ? null : { startMs: Number(startMs), personId },
    }),
  )
  const shown = rows.slice(0, limit)
  const last = rows.length > limit ? shown.at(-1) : undefined
  return {
    items: shown.map((row) => ({
      personId: row.person_id,
      externalId: row.external_id,
      startedAt: toIso(row.start),
      lastStepAt: toIso(row.last_step),
      reachedStep: row.reached,
    })),
    next: last ? `${last.start}.${last.person_id}` : null,
  }
}
