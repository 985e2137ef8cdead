import { writeFileSync } from 'node:fs'

/** A value of the MaxMind DB data section, as far as the tests need them. */
type Value = string | number | boolean | { [name: string]: Value }

/**
 * Writes a MaxMind DB file that knows the given IPv4 blocks (`203.0.113.0/24`), which must not overlap. Version 2.0, an IPv6
 * tree with IPv4 under `::/96`, or an IPv4 tree. Source: https://maxmind.github.io/MaxMind-DB/
 */
export function writeMmdb(
  path: string,
  networks: Readonly<Record<string, Value>>,
  { ipVersion = 6 }: { ipVersion?: 4 | 6 } = {},
): void {
  const data: Buffer[] = []
  const blocks = Object.entries(networks).map(([block, value]) => {
    const offset = data.reduce((sum, { length }) => sum + length, 0)
    data.push(encode(value))
    return { bits: toBits(block, ipVersion), offset }
  })
  const tree = buildTree(blocks)
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_763_700_000,
    database_type: 'Test',
    description: {},
    ip_version: ipVersion,
    node_count: tree.length,
    record_size: 24,
  })
  const nodes = tree.map((node) => Buffer.concat(node.map((record) => toUint24(toPointer(record, tree.length)))))
  const marker = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from('MaxMind.com')])
  writeFileSync(path, Buffer.concat([...nodes, Buffer.alloc(16), ...data, marker, metadata]))
}

/** What one side of a node leads to: a node, data, or nothing. */
type Branch = { node: number } | { offset: number } | null
type Node = [Branch, Branch]

function buildTree(blocks: readonly { bits: readonly number[]; offset: number }[]): Node[] {
  const nodes: Node[] = [[null, null]]
  for (const { bits, offset } of blocks) {
    let at = 0
    for (const [depth, bit] of bits.entries()) {
      const node = nodes[at] as Node
      if (depth === bits.length - 1) {
        node[bit] = { offset }
        break
      }
      const next = node[bit]
      if (next && 'node' in next) at = next.node
      else {
        at = nodes.push([null, null]) - 1
        node[bit] = { node: at }
      }
    }
  }
  return nodes
}

function toPointer(branch: Branch, nodeCount: number): number {
  if (branch === null) return nodeCount
  return 'node' in branch ? branch.node : nodeCount + 16 + branch.offset
}

function toBits(block: string, ipVersion: 4 | 6): number[] {
  const [address = '', prefix = '32'] = block.split('/')
  const bits = address.split('.').flatMap((part) => [...Number(part).toString(2).padStart(8, '0')].map(Number))
  return [...Array<number>(ipVersion === 6 ? 96 : 0).fill(0), ...bits.slice(0, Number(prefix))]
}

function toUint24(value: number): Buffer {
  return Buffer.from([value >> 16, (value >> 8) & 0xff, value & 0xff])
}

const STRING = 2
const UINT32 = 6
const MAP = 7
const BOOLEAN = 14

function encode(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.concat([toControl(STRING, Buffer.byteLength(value)), Buffer.from(value)])
  if (typeof value === 'boolean') return toControl(BOOLEAN, value ? 1 : 0)
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    return Buffer.concat([toControl(UINT32, 4), bytes])
  }
  const entries = Object.entries(value)
  return Buffer.concat([
    toControl(MAP, entries.length),
    ...entries.flatMap(([name, each]) => [encode(name), encode(each)]),
  ])
}

/** The control byte of a value: its type and a size below 29; types above 7 stand in a byte of their own. */
function toControl(type: number, size: number): Buffer {
  if (size > 28) throw new RangeError(`this encoder writes sizes up to 28, not ${size}`)
  return type > 7 ? Buffer.from([size, type - 7]) : Buffer.from([(type << 5) | size])
}
