import { type Translation, toProperties, toText } from '../import-item'
import { parseTimeMs } from '../parse-time'

/** What PostHog's libraries send besides events: answers of flags, recordings, changes of people and groups. */
const NO_EVENTS: ReadonlySet<string> = new Set([
  '$set',
  '$unset',
  '$groupidentify',
  '$feature_flag_called',
  '$snapshot',
  '$snapshot_items',
  '$$heatmap',
  '$$client_ingestion_warning',
  '$opt_in',
  '$copy_autocapture',
])

/** Properties that become fields here, or describe the library and the device in more detail than is kept. */
const KEPT_DOLLARS: ReadonlySet<string> = new Set(['$el_text', '$event_type'])

/**
 * One line of PostHog's events as JSON lines (batch exports and file downloads):
 * `{ uuid, event, distinct_id, person_id, properties, timestamp, … }`, properties as an object or as JSON text.
 * https://posthog.com/docs/cdp/batch-exports/s3. Who is not identified stays anonymous; `$identify` and aliases link.
 */
export function toPostHogEvent(record: Readonly<Record<string, unknown>>, timezone: string): Translation {
  const event = toText(record.event)
  if (event === undefined) return { kind: 'bad', reason: 'missing_event' }
  const timestamp = parseTimeMs(record.timestamp, timezone)
  if (timestamp === null) return { kind: 'bad', reason: 'missing_timestamp' }
  if (NO_EVENTS.has(event)) return { kind: 'skip' }
  const properties = toProperties(record.properties)
  const distinctId = toText(record.distinct_id)
  if (!properties) return { kind: 'bad', reason: 'invalid_properties' }
  const shared = { id: toText(record.uuid), timestamp, sessionId: toText(properties.$session_id) }
  if (event === '$identify' || event === '$create_alias' || event === '$merge_dangerously') {
    const anonymousId = toText(properties.$anon_distinct_id) ?? toText(properties.alias)
    if (distinctId === undefined) return { kind: 'bad', reason: 'invalid_event' }
    const traits = { ...toProperties(properties.$set_once), ...toProperties(properties.$set ?? record.set) }
    return { kind: 'item', item: { ...shared, type: 'identify', userId: distinctId, anonymousId, traits } }
  }
  const origin = {
    ...shared,
    ...toPerson(distinctId, properties),
    route: toRoute(properties),
    release: toText(properties.$app_version),
    device: toText(properties.$device_type),
    browser: toText(properties.$browser),
    os: toText(properties.$os),
    userAgent: toText(properties.$raw_user_agent) ?? toText(properties.$user_agent),
    country: toText(properties.$geoip_country_code),
  }
  if (event === '$web_vitals') {
    const vitals = toVitals(properties)
    return vitals ? { kind: 'item', item: { ...origin, type: 'vitals', ...vitals } } : { kind: 'skip' }
  }
  return {
    kind: 'item',
    item: {
      ...origin,
      event,
      referrer: toReferrer(properties),
      properties: Object.fromEntries(
        Object.entries(properties).filter(
          ([name]) => (!name.startsWith('$') && name !== 'token' && name !== 'distinct_id') || KEPT_DOLLARS.has(name),
        ),
      ),
    },
  }
}

// An unidentified browser's distinct id is its device's; servers send the user's and no device at all.
function toPerson(distinctId: string | undefined, properties: Readonly<Record<string, unknown>>) {
  const isAnonymous =
    properties.$is_identified === false ||
    properties.$process_person_profile === false ||
    (properties.$is_identified !== true &&
      properties.$user_id === undefined &&
      distinctId !== undefined &&
      distinctId === toText(properties.$device_id))
  return isAnonymous ? { anonymousId: distinctId } : { userId: distinctId }
}

/** Measures as `$web_vitals` has them: https://posthog.com/docs/web-analytics/web-vitals. */
const VITALS = { lcp: 'LCP', inp: 'INP', cls: 'CLS', fcp: 'FCP' } as const

// What was measured of a page so far, a few metrics at a time; each has the web-vitals library's own object beside its value.
function toVitals(properties: Readonly<Record<string, unknown>>) {
  const measured = Object.entries(VITALS).filter(
    ([, name]) => typeof properties[`$web_vitals_${name}_value`] === 'number',
  )
  if (measured.length === 0) return null
  const navigationTypes = measured.map(
    ([, name]) => toProperties(properties[`$web_vitals_${name}_event`])?.navigationType,
  )
  return {
    navigationType: toText(navigationTypes.find((type) => type !== undefined)) ?? 'navigate',
    ...Object.fromEntries(measured.map(([vital, name]) => [vital, properties[`$web_vitals_${name}_value`]])),
  }
}

function toRoute(properties: Readonly<Record<string, unknown>>): string | undefined {
  const path = toText(properties.$pathname)
  const url = toText(properties.$current_url)
  const at = url?.indexOf('?') ?? -1
  return path !== undefined && at >= 0 ? `${path}${url?.slice(at)}` : (path ?? url)
}

function toReferrer(properties: Readonly<Record<string, unknown>>): string | undefined {
  const referrer = toText(properties.$referrer)
  return referrer === '$direct' ? undefined : referrer
}
