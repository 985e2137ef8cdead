import { callFunction } from './client'
import { type ReportScope, toScopeArgs } from './report-scope'

/** An event as it is exported: the columns of `person_events`, and the user's own id. `timestamp` is ms. */
export type EventPageRow = {
  timestamp: number
  id: string
  actor_id: string
  person_id: string | null
  user_id: string | null
  session_id: string | null
  event: string
  properties: Record<string, unknown> | null
  route: string | null
  referrer: string | null
  utm_source: string | null
  utm_medium: string | null
  utm_campaign: string | null
  utm_term: string | null
  utm_content: string | null
  device: string | null
  browser: string | null
  os: string | null
  country: string | null
  release: string | null
  bot_reasons: string[] | null
}

/** Every event of the scope in the order of time, a page at a time; no page is empty. What arrives meanwhile may be there or not. */
export async function* readEventPages(
  scope: ReportScope,
  { rowsPerPage, signal }: { rowsPerPage?: number; signal?: AbortSignal } = {},
): AsyncGenerator<readonly EventPageRow[]> {
  for (let after: object | null = null, isMore = true; isMore; ) {
    const page: { rows: EventPageRow[]; next: object | null } = await callFunction(
      'get_event_page',
      { ...toScopeArgs(scope), p_after: after, ...(rowsPerPage && { p_limit: rowsPerPage }) },
      signal,
    )
    if (page.rows.length > 0) yield page.rows
    after = page.next
    isMore = after !== null
  }
}
