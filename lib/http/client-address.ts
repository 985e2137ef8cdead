import { type AddressBlock, isInsideBlocks, parseAddressBlock, toPlainAddress } from '../core/ip-address'
import { COUNTRY_HEADER, NETWORK_HEADER, PEER_ADDRESS_HEADER } from '../platform/peer-headers'

/**
 * Where a request came from. Null address: not known. Null country: nobody trustworthy said. `isDataCentre`: the address
 * belongs to a hosting network; false when nobody knows.
 */
export type ClientOrigin = { address: string | null; country: string | null; isDataCentre: boolean }
type Trust = { trustedProxies: readonly string[]; isOnVercel: boolean }

/**
 * The client's address (`toClientAddress`), its country as the platform or a trusted proxy says, else as the geography file
 * does, and whether that file knows it as a hosting network. What the file says is noted by this process itself, over
 * whatever a client sent: note-peer-addresses.ts. Where nothing of ours sees the connection, on Vercel, it counts for nothing.
 */
export function toClientOrigin(headers: Pick<Headers, 'get'>, trust: Trust): ClientOrigin {
  const address = toClientAddress(headers, trust)
  if (trust.isOnVercel) return { address, country: toCountry(headers.get('x-vercel-ip-country')), isDataCentre: false }
  const forwarded = isFromTrustedProxy(headers, trust.trustedProxies)
    ? toCountry(headers.get('cf-ipcountry') ?? headers.get('x-vercel-ip-country'))
    : null
  return {
    address,
    country: forwarded ?? toCountry(headers.get(COUNTRY_HEADER)),
    isDataCentre: headers.get(NETWORK_HEADER) === 'hosting',
  }
}

/**
 * The client's address. A forwarded one counts only when the connection came from one of `trustedProxies` (addresses or CIDR
 * blocks); then the right-most forwarded address that is not itself one of them is the client. With `isOnVercel` the
 * platform's own header counts, which it sets over the client's.
 */
export function toClientAddress(headers: Pick<Headers, 'get'>, { trustedProxies, isOnVercel }: Trust): string | null {
  if (isOnVercel) return headers.get('x-real-ip')
  const peer = toPlainAddress(headers.get(PEER_ADDRESS_HEADER) ?? '')
  const blocks = toBlocks(trustedProxies)
  if (peer === null || !isInsideBlocks(peer, blocks)) return peer
  const hops = (headers.get('x-forwarded-for') ?? '').split(',').map((hop) => toPlainAddress(hop.trim()))
  return hops.findLast((hop) => hop !== null && !isInsideBlocks(hop, blocks)) ?? peer
}

/** Whether the request itself came through one of the trusted proxies, so that its forwarded headers count. */
export function isFromTrustedProxy(headers: Pick<Headers, 'get'>, trustedProxies: readonly string[]): boolean {
  return isInsideBlocks(headers.get(PEER_ADDRESS_HEADER) ?? '', toBlocks(trustedProxies))
}

// The setting is one array for the life of the process, and each request asks for its blocks more than once.
const parsedBlocks = new WeakMap<readonly string[], AddressBlock[]>()

function toBlocks(texts: readonly string[]): AddressBlock[] {
  let blocks = parsedBlocks.get(texts)
  if (!blocks) {
    blocks = texts.map(parseAddressBlock).filter((block) => block !== null)
    parsedBlocks.set(texts, blocks)
  }
  return blocks
}

// ISO 3166-1 alpha-2; Cloudflare says XX for unknown and T1 for Tor, which are no countries.
function toCountry(code: string | null): string | null {
  const country = code?.trim().toUpperCase() ?? ''
  return /^[A-Z]{2}$/.test(country) && country !== 'XX' ? country : null
}
