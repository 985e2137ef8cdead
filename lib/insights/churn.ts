import type { AtRiskQuery, AtRiskReport, ChurnedQuery, ChurnedReport } from '../contracts/churn'
import { readChurnedPeople, readPeopleAtRisk, type SilenceScope, type SilentPerson } from '../database/activity-reports'
import type { Project } from '../database/projects'
import { toStoreTimezone } from './models/store-timezone'
import { refuseUnusable, toIso, toStoreFilters } from './report-range'

/** People who were active for a while and have been silent since, the latest to leave first. */
export async function readChurned(project: Project, query: ChurnedQuery, nowMs: number): Promise<ChurnedReport> {
  const { total, people } = await refuseUnusable(
    readChurnedPeople(toSilenceScope(project, query, nowMs), query.atLeast),
  )
  return { total, people: people.map(toDated) }
}

/**
 * People who are silent for more than three times their average gap between active days, which of one who comes at random
 * at that rate is to be expected in less than 5 % of cases, and who are not yet churned. The rule and its source stand at
 * `get_at_risk`. The most active first.
 */
export async function readAtRisk(project: Project, query: AtRiskQuery, nowMs: number): Promise<AtRiskReport> {
  const { total, people } = await refuseUnusable(readPeopleAtRisk(toSilenceScope(project, query, nowMs)))
  return { total, people: people.map(toDated) }
}

function toDated<Person extends SilentPerson>(person: Person) {
  return { ...person, lastSeen: toIso(person.lastSeen) }
}

function toSilenceScope(project: Project, query: ChurnedQuery | AtRiskQuery, nowMs: number): SilenceScope {
  return {
    projectId: project.id,
    untilMs: nowMs + 1,
    timezone: toStoreTimezone(query.timezone ?? project.timezone),
    activeDays: query.active,
    silentDays: query.silent,
    limit: query.limit,
    filters: toStoreFilters(query, nowMs),
    includeBots: query.bots === 'true',
  }
}
