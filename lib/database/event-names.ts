import type { EventNamesQuery, EventProperties } from '../contracts/event-names'
import type { ProjectId } from '../core/ids'
import { callFunction } from './client'

/** Event names that hold a text, with the rows ever counted. */
export function readEventNames(
  projectId: ProjectId,
  { search, limit }: Pick<EventNamesQuery, 'search' | 'limit'>,
): Promise<{ event: string; row_count: number }[]> {
  return callFunction('get_event_names', { p_project_id: projectId, p_search: search, p_limit: limit })
}

/** What conditions on an event could say, of a sample of its rows since `fromMs`. */
export function readEventProperties(projectId: ProjectId, event: string, fromMs: number): Promise<EventProperties> {
  return callFunction('get_event_properties', { p_project_id: projectId, p_event: event, p_from: fromMs })
}
