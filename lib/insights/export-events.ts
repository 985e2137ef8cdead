import type { EventExportQuery, ExportedEvent } from '../contracts/export'
import { toCsvLine } from '../core/csv'
import { type EventPageRow, readEventPages } from '../database/event-pages'
import type { Project } from '../database/projects'
import { refuseUnusable, toIso, toReportQuestion } from './report-range'

/** The columns of a CSV export in order: the fields of an exported event. */
const COLUMNS = [
  ...(['id', 'timestamp', 'event', 'actorId', 'personId', 'userId', 'sessionId', 'route', 'referrer'] as const),
  ...(['utmSource', 'utmMedium', 'utmCampaign', 'utmTerm', 'utmContent'] as const),
  ...(['device', 'browser', 'os', 'country', 'release', 'botReasons', 'properties'] as const),
] satisfies (keyof ExportedEvent)[]

/**
 * Every event of the query as pieces of one text, a page of rows at a time, so that any number of them takes the memory of one page.
 * Throws `invalid_request` for a range or a value beyond the store's, and what the store throws: a text that breaks off then.
 */
export async function* exportEvents(
  project: Project,
  query: EventExportQuery,
  { nowMs, rowsPerPage }: { nowMs: number; rowsPerPage?: number },
): AsyncGenerator<string> {
  const { scope } = toReportQuestion(project, query, nowMs)
  const isCsv = query.format === 'csv'
  if (isCsv) yield toCsvLine(COLUMNS)
  const pages = readEventPages(scope, { ...(rowsPerPage && { rowsPerPage }) })
  for (let page = await refuseUnusable(pages.next()); !page.done; page = await refuseUnusable(pages.next())) {
    const events = page.value.map(toExportedEvent)
    yield events
      .map((event) => (isCsv ? toCsvLine(COLUMNS.map((column) => event[column])) : `${JSON.stringify(event)}\n`))
      .join('')
  }
}

function toExportedEvent(row: EventPageRow): ExportedEvent {
  return {
    id: row.id,
    timestamp: toIso(row.timestamp),
    event: row.event,
    actorId: row.actor_id,
    personId: row.person_id,
    userId: row.user_id,
    sessionId: row.session_id,
    route: row.route,
    referrer: row.referrer,
    utmSource: row.utm_source,
    utmMedium: row.utm_medium,
    utmCampaign: row.utm_campaign,
    utmTerm: row.utm_term,
    utmContent: row.utm_content,
    device: row.device,
    browser: row.browser,
    os: row.os,
    country: row.country,
    release: row.release,
    botReasons: row.bot_reasons,
    properties: row.properties as ExportedEvent['properties'],
  }
}
