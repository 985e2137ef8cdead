import 'server-only'
import type { PersonProfile, PersonReference, PersonSummary } from '../contracts/people'
import {
  countPersonRows,
  PERSON_TABLES,
  type ProfileRow,
  readPersonActors,
  readPersonRecords,
} from '../database/people'
import type { Project } from '../database/projects'
import { toNamedActors } from './person-actors'

/** Everything that is stored of a person, counted; null when there is nothing. Looks through all rows of the project. */
export async function lookUpPerson(
  project: Project,
  reference: PersonReference,
  signal?: AbortSignal,
): Promise<PersonSummary | null> {
  const actorIds = await readPersonActors(project.id, toNamedActors(project, reference))
  const [records, ...found] = await Promise.all([
    readPersonRecords(project.id, actorIds),
    ...PERSON_TABLES.map((table) => countPersonRows(project.id, actorIds, table, signal ? { signal } : {})),
  ])
  const { user_profiles, actor_person, dead_letters } = records
  const counts = {
    ...Object.fromEntries(PERSON_TABLES.map((table, index) => [table, found[index]?.count ?? 0])),
    user_profiles: user_profiles.length,
    actor_person: actor_person.length,
    dead_letters: dead_letters.length,
  }
  if (Object.values(counts).every((count) => count === 0)) return null
  const instants = found.flatMap(({ firstMs, lastMs }) => [firstMs, lastMs]).filter((ms) => ms !== null)
  return {
    actorIds,
    profile: user_profiles[0] ? toProfile(user_profiles[0]) : null,
    counts,
    firstSeenMs: instants.length > 0 ? Math.min(...instants) : null,
    lastSeenMs: instants.length > 0 ? Math.max(...instants) : null,
  }
}

function toProfile(row: ProfileRow): PersonProfile {
  return {
    userId: row.user_id,
    externalId: row.external_id,
    traits: row.traits ?? {},
    firstSeenMs: Date.parse(row.first_seen),
    lastActivityMs: Date.parse(row.last_activity),
    totalEvents: row.total_events,
    featuresUsed: row.features_used,
  }
}
