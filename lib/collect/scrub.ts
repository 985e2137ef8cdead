/** Levels of nesting a JSON value may have; deeper ones are no measurement, and some parsers give up on them. */
const DEPTH_MAX = 32

// Postgres stores neither NUL nor half a surrogate pair, in text or in jsonb.
const UNSTORABLE = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** The text with every character that Postgres refuses replaced by U+FFFD. */
export function scrubText(text: string): string {
  return text.search(UNSTORABLE) < 0 ? text : text.replace(UNSTORABLE, '\ufffd')
}

/** The text scrubbed; null for an empty or absent one. */
export function scrubName(text: string | null | undefined): string | null {
  return text ? scrubText(text) : null
}

/**
 * A JSON object with every text and key in it scrubbed. Null when the value is no plain object or nests deeper than 32
 * levels. Keys such as `__proto__` stay plain keys.
 */
export function scrubObject(value: unknown): Record<string, unknown> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const scrubbed = scrubJson(value, DEPTH_MAX)
  return scrubbed === TOO_DEEP ? null : (scrubbed as Record<string, unknown>)
}

const TOO_DEEP = Symbol('too deep')

function scrubJson(value: unknown, depthLeft: number): unknown {
  if (typeof value === 'string') return scrubText(value)
  if (typeof value !== 'object' || value === null) return value
  if (depthLeft === 0) return TOO_DEEP
  if (Array.isArray(value)) {
    const items = value.map((item) => scrubJson(item, depthLeft - 1))
    return items.includes(TOO_DEEP) ? TOO_DEEP : items
  }
  const entries: [string, unknown][] = []
  for (const [key, item] of Object.entries(value)) {
    const scrubbed = scrubJson(item, depthLeft - 1)
    if (scrubbed === TOO_DEEP) return TOO_DEEP
    entries.push([scrubText(key), scrubbed])
  }
  // fromEntries defines properties where assignment would call the setter of `__proto__`.
  return Object.fromEntries(entries)
}

/**
 * A route or referrer without what may identify a person: of the query only `utm_*` stays, user name, password and
 * fragment go. Works on patterns and relative paths as on URLs. Null for an empty or absent one.
 */
export function scrubUrl(url: string | null | undefined): string | null {
  if (!url) return null
  const [beforeFragment = ''] = url.split('#', 1)
  const at = beforeFragment.indexOf('?')
  const path = at < 0 ? beforeFragment : beforeFragment.slice(0, at)
  const kept =
    at < 0
      ? []
      : beforeFragment
          .slice(at + 1)
          .split('&')
          .filter((pair) => /^utm_/i.test(pair))
  const bare = path.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1')
  return scrubName(kept.length > 0 ? `${bare}?${kept.join('&')}` : bare)
}

/** The five campaign parameters, each from the first source that names it: properties, then route, then referrer. */
export type Utm = {
  utmSource: string | null
  utmMedium: string | null
  utmCampaign: string | null
  utmTerm: string | null
  utmContent: string | null
}

/** Longest campaign value kept. */
const UTM_LENGTH_MAX = 200

/** The campaign parameters of an event, scrubbed and at most 200 characters long. */
export function toUtm(
  properties: Readonly<Record<string, unknown>> | null,
  route: string | null,
  referrer: string | null,
): Utm {
  const fromUrls = route?.includes('?') || referrer?.includes('?') ? [toParameters(route), toParameters(referrer)] : []
  const find = (name: string): string | null => {
    const property = properties && Object.hasOwn(properties, name) ? properties[name] : undefined
    const value =
      typeof property === 'string' && property ? property : fromUrls.map((url) => url.get(name)).find(Boolean)
    return value ? scrubText(value.slice(0, UTM_LENGTH_MAX)) : null
  }
  return {
    utmSource: find('utm_source'),
    utmMedium: find('utm_medium'),
    utmCampaign: find('utm_campaign'),
    utmTerm: find('utm_term'),
    utmContent: find('utm_content'),
  }
}

function toParameters(url: string | null): URLSearchParams {
  const at = url?.indexOf('?') ?? -1
  return new URLSearchParams(at < 0 ? '' : url?.slice(at + 1))
}
