import { type Translation, toText } from '../import-item'
import { parseTimeMs } from '../parse-time'

/** `event_type` of Umami's table `website_event`; other numbers are links, pixels and what may come. */
const PAGE_VIEW = '1'
const CUSTOM_EVENT = '2'

/**
 * One row of `website_event.csv`, which Umami's export holds. A visit is a session here, Umami's session (a visitor of a month) the
 * anonymous person; `distinct_id` is the application's user. Times without an offset are UTC, as Umami writes them.
 */
export function toUmamiEvent(row: Readonly<Record<string, unknown>>, timezone: string): Translation {
  const timestamp = parseTimeMs(row.created_at, timezone)
  if (timestamp === null) return { kind: 'bad', reason: 'missing_timestamp' }
  const type = toText(row.event_type) ?? PAGE_VIEW
  if (type !== PAGE_VIEW && type !== CUSTOM_EVENT) return { kind: 'skip' }
  const event = type === PAGE_VIEW ? '$pageview' : toText(row.event_name)
  if (event === undefined) return { kind: 'bad', reason: 'missing_event' }
  const anonymousId = toText(row.session_id)
  const userId = toText(row.distinct_id)
  const title = toText(row.page_title)
  return {
    kind: 'item',
    link: userId !== undefined && anonymousId !== undefined ? { userId, anonymousId } : undefined,
    item: {
      id: toText(row.event_id),
      timestamp,
      event,
      userId,
      anonymousId,
      sessionId: toText(row.visit_id),
      route: withQuery(toText(row.url_path), toText(row.url_query)),
      referrer: toReferrer(row),
      device: toText(row.device),
      browser: toText(row.browser),
      os: toText(row.os),
      country: toText(row.country),
      ...(title !== undefined && { properties: { title } }),
    },
  }
}

function withQuery(path: string | undefined, query: string | undefined): string | undefined {
  return path !== undefined && query !== undefined ? `${path}?${query.replace(/^\?/, '')}` : path
}

function toReferrer(row: Readonly<Record<string, unknown>>): string | undefined {
  const domain = toText(row.referrer_domain)
  return domain && withQuery(`https://${domain}${toText(row.referrer_path) ?? '/'}`, toText(row.referrer_query))
}
