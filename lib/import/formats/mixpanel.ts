import { hash } from 'node:crypto'
import { type Translation, toProperties, toText } from '../import-item'
import { parseTimeMs } from '../parse-time'

const PAGE_VIEW = '$mp_web_page_view'
/** What links two ids in each of Mixpanel's ways to merge people: the user's id, and the other one. */
const LINKS: Readonly<Record<string, readonly [user: string, other: string]>> = {
  $identify: ['$identified_id', '$anon_id'],
  $create_alias: ['alias', 'distinct_id'],
}

/**
 * One line of Mixpanel's raw export: `{ "event": …, "properties": { "time", "distinct_id", "$insert_id", … } }`, `time` in
 * seconds or ms. https://docs.mixpanel.com/reference/raw-event-export. `$device:…` is an anonymous person; a line with
 * `$user_id` and `$device_id` links the two, as Mixpanel does.
 */
export function toMixpanelEvent(record: Readonly<Record<string, unknown>>, timezone: string): Translation {
  const name = toText(record.event)
  const properties = toProperties(record.properties)
  if (name === undefined) return { kind: 'bad', reason: 'missing_event' }
  if (!properties) return { kind: 'bad', reason: 'invalid_properties' }
  const timestamp = parseTimeMs(properties.time, timezone)
  if (timestamp === null) return { kind: 'bad', reason: 'missing_timestamp' }
  const shared = { id: toId(name, properties), timestamp }
  const link = LINKS[name]
  if (link) {
    const userId = toText(properties[link[0]])
    const anonymousId = toPersonId(properties[link[1]])
    if (userId === undefined || anonymousId === undefined) return { kind: 'skip' }
    return { kind: 'item', item: { ...shared, type: 'identify', userId, anonymousId } }
  }
  if (name === '$merge') return { kind: 'skip' }
  const { userId, anonymousId } = toPerson(properties)
  return {
    kind: 'item',
    link: userId !== undefined && anonymousId !== undefined ? { userId, anonymousId } : undefined,
    item: {
      ...shared,
      event: name === PAGE_VIEW ? '$pageview' : name,
      userId,
      anonymousId,
      sessionId: toText(properties.$session_id),
      route: toRoute(properties),
      referrer: toReferrer(properties),
      release: toText(properties.$app_version_string),
      device: toText(properties.$device_type),
      browser: toText(properties.$browser),
      os: toText(properties.$os),
      country: toText(properties.mp_country_code),
      properties: Object.fromEntries(
        Object.entries(properties).filter(
          ([key]) => !key.startsWith('$') && !key.startsWith('mp_') && !FIELDS.has(key) && !/^current_/.test(key),
        ),
      ),
    },
  }
}

const FIELDS: ReadonlySet<string> = new Set(['time', 'distinct_id', 'token'])

function toPerson(properties: Readonly<Record<string, unknown>>) {
  const distinctId = toText(properties.distinct_id)
  const device = toText(properties.$device_id)
  const isDevice = distinctId?.startsWith('$device:') || (distinctId !== undefined && distinctId === device)
  return {
    userId: toText(properties.$user_id) ?? (isDevice ? undefined : distinctId),
    anonymousId: device ?? (isDevice ? toPersonId(distinctId) : undefined),
  }
}

function toPersonId(value: unknown): string | undefined {
  return toText(value)?.replace(/^\$device:/, '')
}

// Mixpanel itself takes two events of one name, time, person and insert id for one.
function toId(event: string, properties: Readonly<Record<string, unknown>>): string | undefined {
  const insertId = toText(properties.$insert_id)
  return insertId && hash('sha256', `mixpanel\n${event}\n${insertId}`, 'base64url')
}

function toRoute(properties: Readonly<Record<string, unknown>>): string | undefined {
  const path = toText(properties.current_url_path)
  const search = toText(properties.current_url_search)
  if (path !== undefined) return search === undefined ? path : `${path}?${search.replace(/^\?/, '')}`
  const url = toText(properties.$current_url)
  return url === undefined ? undefined : url.replace(/^[a-z]+:\/\/[^/]+/i, '') || '/'
}

function toReferrer(properties: Readonly<Record<string, unknown>>): string | undefined {
  const referrer = toText(properties.$referrer)
  return referrer?.startsWith('$direct') ? undefined : referrer
}
