/** An address as its bits: IPv4 as 32, IPv6 as 128; IPv4 inside IPv6 (`::ffff:…`) counts as IPv4. */
type Address = { bits: bigint; width: 32 | 128 }
/** A CIDR block; a lone address is a block of one. */
export type AddressBlock = Address & { prefix: number }

/** The block of `192.0.2.0/24`, `2001:db8::/32` or a lone address; null when the text is neither. */
export function parseAddressBlock(text: string): AddressBlock | null {
  const [address = '', prefixText, ...more] = text.split('/')
  const parsed = parseAddress(address)
  if (!parsed || more.length > 0) return null
  if (prefixText === undefined) return { ...parsed, prefix: parsed.width }
  const prefix = /^\d{1,3}$/.test(prefixText) ? Number(prefixText) : -1
  return prefix >= 0 && prefix <= parsed.width ? { ...parsed, prefix } : null
}

/** Whether the text is an address inside one of the blocks. */
export function isInsideBlocks(address: string, blocks: readonly AddressBlock[]): boolean {
  if (blocks.length === 0) return false // without proxies to trust, which each request asks about more than once
  const parsed = parseAddress(address)
  if (!parsed) return false
  return blocks.some(({ bits, width, prefix }) => {
    const rest = BigInt(width - prefix)
    return width === parsed.width && bits >> rest === parsed.bits >> rest
  })
}

/** The address without port, brackets, zone or IPv6 wrapping; IPv4 dotted, IPv6 as written. Null when it is none. */
export function toPlainAddress(text: string): string | null {
  const parsed = parseAddress(text)
  if (!parsed) return null
  return parsed.width === 32 ? toDotted(parsed.bits) : stripAddress(text).toLowerCase()
}

/** The address with what identifies one household cut off: /24 for IPv4, /48 for IPv6; null when it is no address. */
export function truncateAddress(text: string): string | null {
  const parsed = parseAddress(text)
  if (!parsed) return null
  if (parsed.width === 32) return toDotted(parsed.bits & 0xffffff00n)
  const groups = [112n, 96n, 80n].map((shift) => ((parsed.bits >> shift) & 0xffffn).toString(16))
  return `${groups.join(':')}::`
}

function stripAddress(text: string): string {
  if (text.startsWith('[')) return text.slice(1, Math.max(1, text.indexOf(']')))
  return text.replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1')
}

function parseAddress(text: string): Address | null {
  const bare = stripAddress(text)
  if (bare.includes(':')) return parseIpv6(bare)
  const bits = parseIpv4(bare)
  return bits === null ? null : { bits, width: 32 }
}

function parseIpv4(text: string): bigint | null {
  const parts = text.split('.')
  if (parts.length !== 4) return null
  let bits = 0n
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return null
    bits = (bits << 8n) | BigInt(part)
  }
  return bits
}

function parseIpv6(text: string): Address | null {
  const [whole = ''] = text.split('%')
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(whole)
  const tail = embedded ? parseIpv4(embedded[2] as string) : null
  if (embedded && tail === null) return null
  const hex =
    embedded && tail !== null ? `${embedded[1]}${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}` : whole
  const [head = '', rest, ...more] = hex.split('::')
  if (more.length > 0) return null
  const left = head === '' ? [] : head.split(':')
  const right = rest === undefined || rest === '' ? [] : rest.split(':')
  const gap = 8 - left.length - right.length
  if (rest === undefined ? gap !== 0 : gap < 1) return null
  let bits = 0n
  for (const group of [...left, ...Array<string>(rest === undefined ? 0 : gap).fill('0'), ...right]) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return null
    bits = (bits << 16n) | BigInt(`0x${group}`)
  }
  return bits >> 32n === 0xffffn ? { bits: bits & 0xffffffffn, width: 32 } : { bits, width: 128 }
}

function toDotted(bits: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 0xffn).join('.')
}
