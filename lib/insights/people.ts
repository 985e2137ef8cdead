import type { PersonList, PersonListQuery, PersonSearch } from '../contracts/person-list'
import type { Timeline, TimelineQuery } from '../contracts/timeline'
import {
  type PersonKey,
  type PersonPage,
  readActivePeople,
  readPerson,
  readTimelineRows,
  searchPeople,
} from '../database/person-reports'
import type { Project } from '../database/projects'
import { parseCursor, toCursor } from '../database/row-key'
import { refuseUnusable, toReportQuestion } from './report-range'

/** One answer looks through older rows for so long, when it has found none yet. */
const SEARCH_MS_MAX = 3_000

/** Who was active in the range, the latest first. */
export async function readPersonList(project: Project, query: PersonListQuery, nowMs: number): Promise<PersonList> {
  const { scope } = toReportQuestion(project, query, nowMs)
  return toPersonList(await refuseUnusable(readActivePeople(scope, parsePersonCursor(query.after), query.limit)))
}

/** Known people by a part of their id or of a trait's value, the latest first. */
export async function findPeople(project: Project, { search, after, limit }: PersonSearch): Promise<PersonList> {
  return toPersonList(await refuseUnusable(searchPeople(project.id, search, parsePersonCursor(after), limit)))
}

function toPersonList({ items, next }: PersonPage): PersonList {
  return { items, next: next && `${next.timestamp},${next.person_id}` }
}

function parsePersonCursor(cursor: string | undefined): PersonKey | null {
  if (cursor === undefined) return null
  const [timestamp, person_id = ''] = cursor.split(',')
  return { timestamp: Number(timestamp), person_id }
}

/**
 * Who a person is and what they did, the latest first. Goes on looking while it has found nothing, for some seconds; then it
 * answers with nothing and `next`. Somebody the project does not know has no traits and no events.
 */
export async function readTimeline(
  project: Project,
  personId: string,
  query: TimelineQuery,
  nowMs: () => number,
): Promise<Timeline> {
  const lastMs = nowMs() + SEARCH_MS_MAX
  const person = readPerson(project.id, personId)
  let page = await readTimelineRows(project.id, personId, parseCursor(query.before), query.limit)
  while (page.items.length === 0 && page.next !== null && nowMs() < lastMs) {
    page = await readTimelineRows(project.id, personId, page.next, query.limit)
  }
  return { person: await person, items: page.items, next: toCursor(page.next), searchedToMs: page.searchedToMs }
}
