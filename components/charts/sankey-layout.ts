export type SankeyNode = { id: string; depth: number; value: number }
export type SankeyLink = { source: string; target: string; value: number }
export type SankeySize = { width: number; height: number; nodeWidth: number; gap: number }

export type PlacedNode<Node> = Node & { x: number; y: number; height: number }
/** A band between two nodes: `sourceY` and `targetY` are the middles of its ends, `width` its thickness. */
export type PlacedLink<Link> = Link & {
  sourceX: number
  sourceY: number
  targetX: number
  targetY: number
  width: number
}

/**
 * Nodes in columns by depth, from the top in the order given, as high as their value; bands leave and reach them in the order of
 * the nodes at their other end. All heights have one scale, that of the fullest column.
 */
export function layOutSankey<Node extends SankeyNode, Link extends SankeyLink>(
  nodes: readonly Node[],
  links: readonly Link[],
  { width, height, nodeWidth, gap }: SankeySize,
): { nodes: PlacedNode<Node>[]; links: PlacedLink<Link>[] } {
  const columns = Math.max(...nodes.map(({ depth }) => depth), 0) + 1
  const step = columns > 1 ? (width - nodeWidth) / columns : 0
  const column = (depth: number) => nodes.filter((node) => node.depth === depth)
  const scale = Math.min(
    ...Array.from({ length: columns }, (_, depth) => {
      const members = column(depth)
      const sum = members.reduce((total, { value }) => total + value, 0)
      return sum > 0 ? (height - gap * (members.length - 1)) / sum : Number.POSITIVE_INFINITY
    }),
  )
  const unit = Number.isFinite(scale) ? Math.max(scale, 0) : 0
  const placed = new Map<string, PlacedNode<Node> & { order: number; out: number; in: number }>()
  for (let depth = 0; depth < columns; depth += 1) {
    let y = 0
    for (const node of column(depth)) {
      const nodeHeight = node.value * unit
      placed.set(node.id, { ...node, x: depth * step, y, height: nodeHeight, order: placed.size, out: 0, in: 0 })
      y += nodeHeight + gap
    }
  }
  const bands = links
    .flatMap((link) => {
      const [source, target] = [placed.get(link.source), placed.get(link.target)]
      return source && target ? [{ link, source, target }] : []
    })
    .toSorted((a, b) => a.source.order - b.source.order || a.target.order - b.target.order)
    .map(({ link, source, target }) => {
      const band = link.value * unit
      const sourceY = source.y + source.out + band / 2
      const targetY = target.y + target.in + band / 2
      source.out += band
      target.in += band
      return { ...link, sourceX: source.x + nodeWidth, sourceY, targetX: target.x, targetY, width: band }
    })
  return {
    nodes: [...placed.values()].map(({ order: _order, out: _out, in: _in, ...node }) => node as PlacedNode<Node>),
    links: bands,
  }
}

/** The SVG path along the middle of a band: level at both ends. */
export function toBandPath({ sourceX, sourceY, targetX, targetY }: PlacedLink<SankeyLink>): string {
  const middle = (sourceX + targetX) / 2
  return `M${sourceX},${sourceY}C${middle},${sourceY} ${middle},${targetY} ${targetX},${targetY}`
}
