import { isFromTrustedProxy } from './client-address'

/** The host this product is asked under: the forwarded one from a trusted proxy, else `Host`. Lower case, with port. */
export function readHost(headers: Headers, trustedProxies: readonly string[]): string {
  const forwarded = isFromTrustedProxy(headers, trustedProxies) ? headers.get('x-forwarded-host') : null
  return (forwarded ?? headers.get('host') ?? '').split(',')[0]?.trim().toLowerCase() ?? ''
}

/**
 * Whether a browser says that the page which sent the request is this product's own: `Sec-Fetch-Site: same-origin`, or an
 * `Origin` with our host. The scheme is not compared, as TLS may end before us. `unsaid` when neither header is there,
 * which is how programs ask. Source: https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
 */
export function toSameOrigin(headers: Headers, host: string): 'same' | 'other' | 'unsaid' {
  const origin = headers.get('origin')
  const site = headers.get('sec-fetch-site')
  if (origin !== null && toHost(origin) !== host) return 'other'
  if (site !== null) return site === 'same-origin' ? 'same' : 'other'
  return origin === null ? 'unsaid' : 'same'
}

function toHost(origin: string): string | null {
  return /^https?:\/\/([^/]+)$/i.exec(origin)?.[1]?.toLowerCase() ?? null
}
