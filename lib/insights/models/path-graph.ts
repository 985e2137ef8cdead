type Kind = 'anchor' | 'value' | 'other' | 'exit'
type Counts = { people: number; sessions: number }
type NodeRow = Counts & { depth: number; kind: Kind; value: string | null }
type LinkRow = Counts & {
  depth: number
  sourceKind: Kind
  source: string | null
  targetKind: Kind
  target: string | null
}

export type PathGraphNode = NodeRow & { id: string }
export type PathGraphLink = Counts & { source: string; target: string }

/** Within a depth: named values by how many sessions came there, then what is pooled, then the end. */
const KIND_ORDER: Readonly<Record<Kind, number>> = { anchor: 0, value: 1, other: 2, exit: 3 }

/** The store's nodes and links with ids, in the order in which they are read: by depth, then by kind, sessions and value. */
export function toPathGraph(
  nodes: readonly NodeRow[],
  links: readonly LinkRow[],
): { nodes: PathGraphNode[]; links: PathGraphLink[] } {
  const ordered = nodes
    .map((node) => ({ id: toNodeId(node.depth, node.kind, node.value), ...node }))
    .toSorted(
      (a, b) =>
        a.depth - b.depth ||
        KIND_ORDER[a.kind] - KIND_ORDER[b.kind] ||
        b.sessions - a.sessions ||
        compareText(a.value ?? '', b.value ?? ''),
    )
  const position = new Map(ordered.map(({ id }, index) => [id, index]))
  const at = (id: string) => position.get(id) ?? 0
  return {
    nodes: ordered,
    links: links
      .map(({ depth, sourceKind, source, targetKind, target, people, sessions }) => ({
        source: toNodeId(depth - 1, sourceKind, source),
        target: toNodeId(depth, targetKind, target),
        people,
        sessions,
      }))
      .toSorted((a, b) => at(a.source) - at(b.source) || at(a.target) - at(b.target)),
  }
}

function toNodeId(depth: number, kind: Kind, value: string | null): string {
  return value === null ? `${depth}:${kind}` : `${depth}:${kind}:${value}`
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
