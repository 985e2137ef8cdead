import type { PersonListItem } from '../contracts/person-list'
import type { Person, TimelineEvent } from '../contracts/timeline'
import type { ProjectId } from '../core/ids'
import { callFunction } from './client'
import { type ReportScope, toScopeArgs } from './report-scope'
import type { RowKey } from './row-key'

/** Where a list of people goes on. `person_id` is text: it has 64 bits. */
export type PersonKey = { timestamp: number; person_id: string }
export type PersonPage = { items: PersonListItem[]; next: PersonKey | null }

/** People active in the range, the latest first. */
export function readActivePeople(scope: ReportScope, after: PersonKey | null, limit: number): Promise<PersonPage> {
  return callFunction('get_active_people', { ...toScopeArgs(scope), p_after: after, p_limit: limit })
}

/** Known people by a part of their id or of a trait's value, the latest first. */
export function searchPeople(
  projectId: ProjectId,
  search: string,
  after: PersonKey | null,
  limit: number,
): Promise<PersonPage> {
  return callFunction('search_people', {
    p_project_id: projectId,
    p_search: search,
    p_after: after,
    p_limit: limit,
  })
}

/** What is known of a person besides their rows; nulls for somebody who never signed in, or does not exist. */
export function readPerson(projectId: ProjectId, personId: string): Promise<Person> {
  return callFunction('get_person', { p_project_id: projectId, p_person_id: personId })
}

export type TimelineRows = { items: TimelineEvent[]; next: RowKey | null; searchedToMs: number | null }

/** What a person did, the latest first, before a key. Looks through a bounded number of rows: a page may be short and go on. */
export function readTimelineRows(
  projectId: ProjectId,
  personId: string,
  before: RowKey | null,
  limit: number,
): Promise<TimelineRows> {
  return callFunction('get_person_timeline', {
    p_project_id: projectId,
    p_person_id: personId,
    p_before: before,
    p_limit: limit,
  })
}
