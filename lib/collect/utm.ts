import { cutText } from './storable-text'

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

/** The campaign parameters of an event, at most 200 characters each. What it is given has been scrubbed before. */
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
    return value ? cutText(value, UTM_LENGTH_MAX) : null
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
