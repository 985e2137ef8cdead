import { URL_LENGTH_MAX } from '../contracts/collect-limits'
import { cutText, type Scrubbed } from './storable-text'

/** Beyond it no URL is read: servers and browsers refuse such ones. */
const READ_LENGTH_MAX = 16_384

/**
 * A route or referrer without what may identify a person: of the query only `utm_*` stays, user name, password and
 * fragment go, and `redact` has its say on what remains, percent-encoded values decoded. Works on patterns and relative
 * paths as on URLs. Null for an empty or absent one; cut at 2,048 characters.
 */
export function scrubUrl(url: string | null | undefined, redact: (text: string) => string): Scrubbed<string | null> {
  if (!url) return { value: null, cutCount: 0 }
  const read = cutText(url, READ_LENGTH_MAX)
  const hashAt = read.indexOf('#')
  const beforeFragment = hashAt < 0 ? read : read.slice(0, hashAt)
  const at = beforeFragment.indexOf('?')
  const path = redact(stripCredentials(at < 0 ? beforeFragment : beforeFragment.slice(0, at)))
  const campaign = at < 0 ? '' : scrubCampaign(beforeFragment.slice(at + 1), redact)
  const whole = campaign ? `${path}?${campaign}` : path
  const value = cutText(whole, URL_LENGTH_MAX)
  return { value: value || null, cutCount: value.length < whole.length || read.length < url.length ? 1 : 0 }
}

/** Scheme and host of a URL, which say where a visit came from and nothing about whose it was; null for anything else. */
export function toUrlOrigin(url: string | null): string | null {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+/i.exec(url ?? '')?.[0] ?? null
}

function stripCredentials(path: string): string {
  return !path.includes('@') ? path : path.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1')
}

function scrubCampaign(query: string, redact: (text: string) => string): string {
  return query
    .split('&')
    .filter((pair) => /^utm_/i.test(pair))
    .map((pair) => {
      const decoded = decode(pair)
      const redacted = redact(decoded)
      return redacted === decoded ? pair : encode(redacted)
    })
    .join('&')
}

function decode(pair: string): string {
  try {
    return decodeURIComponent(pair.replaceAll('+', ' '))
  } catch {
    return pair // a lone % is no encoding
  }
}

// The first `=` separates, and the brackets of `[email]` are readable as they are.
function encode(pair: string): string {
  const [name = '', ...values] = pair.split('=')
  const value = encodeURIComponent(values.join('=')).replaceAll('%5B', '[').replaceAll('%5D', ']')
  return `${encodeURIComponent(name)}=${value}`
}
