import { type AddressBlock, isInsideBlocks, parseAddressBlock, toPlainAddress } from '../core/ip-address'
import { PEER_ADDRESS_HEADER } from '../platform/peer-address-header'

/** Where a request came from. Null address: not known. Null country: nobody trustworthy said. */
export type ClientOrigin = { address: string | null; country: string | null }

/**
 * The client's address and country. A forwarded header counts only when the connection came from one of
 * `trustedProxies` (addresses or CIDR blocks); then the right-most forwarded address that is not itself one of them is the
 * client. With `isOnVercel` the platform's own headers count, which it sets over the client's.
 */
export function toClientOrigin(
  headers: Headers,
  { trustedProxies, isOnVercel }: { trustedProxies: readonly string[]; isOnVercel: boolean },
): ClientOrigin {
  if (isOnVercel) {
    return { address: headers.get('x-real-ip'), country: toCountry(headers.get('x-vercel-ip-country')) }
  }
  const peer = toPlainAddress(headers.get(PEER_ADDRESS_HEADER) ?? '')
  const blocks = toBlocks(trustedProxies)
  if (peer === null || !isInsideBlocks(peer, blocks)) return { address: peer, country: null }
  const hops = (headers.get('x-forwarded-for') ?? '').split(',').map((hop) => toPlainAddress(hop.trim()))
  const client = hops.findLast((hop) => hop !== null && !isInsideBlocks(hop, blocks))
  return {
    address: client ?? peer,
    country: toCountry(headers.get('cf-ipcountry') ?? headers.get('x-vercel-ip-country')),
  }
}

/** Whether the request itself came through one of the trusted proxies, so that its forwarded headers count. */
export function isFromTrustedProxy(headers: Headers, trustedProxies: readonly string[]): boolean {
  return isInsideBlocks(headers.get(PEER_ADDRESS_HEADER) ?? '', toBlocks(trustedProxies))
}

function toBlocks(texts: readonly string[]): AddressBlock[] {
  return texts.map(parseAddressBlock).filter((block) => block !== null)
}

// ISO 3166-1 alpha-2; Cloudflare says XX for unknown and T1 for Tor, which are no countries.
function toCountry(code: string | null): string | null {
  const country = code?.trim().toUpperCase() ?? ''
  return /^[A-Z]{2}$/.test(country) && country !== 'XX' ? country : null
}
