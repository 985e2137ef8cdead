import type { EventNames, EventNamesQuery, EventProperties, EventPropertiesQuery } from '../contracts/event-names'
import { DAY_MS } from '../core/time-range'
import { readEventNames, readEventProperties } from '../database/event-names'
import type { Project } from '../database/projects'
import { refuseUnusable } from './report-range'

const SAMPLE_MS = 30 * DAY_MS

/** Event names of a project that hold a text. */
export async function findEventNames(project: Project, query: EventNamesQuery): Promise<EventNames> {
  const rows = await refuseUnusable(readEventNames(project.id, query))
  return { items: rows.map(({ event, row_count: count }) => ({ event, count })) }
}

/** Keys and frequent values that conditions on an event could name, of a sample of the last 30 days. */
export function findEventProperties(
  project: Project,
  { event }: EventPropertiesQuery,
  nowMs: number,
): Promise<EventProperties> {
  return refuseUnusable(readEventProperties(project.id, event, nowMs - SAMPLE_MS))
}
