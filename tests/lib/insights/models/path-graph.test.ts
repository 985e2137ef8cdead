import { describe, expect, it } from 'vitest'
import { toPathGraph } from '@/lib/insights/models/path-graph'

const counts = (sessions: number) => ({ people: 1, sessions })

describe('toPathGraph', () => {
  const nodes = [
    { depth: 1, kind: 'exit', value: null, ...counts(9) },
    { depth: 1, kind: 'value', value: '/b', ...counts(2) },
    { depth: 1, kind: 'other', value: null, ...counts(8) },
    { depth: 1, kind: 'value', value: '/a', ...counts(2) },
    { depth: 1, kind: 'value', value: '/c', ...counts(3) },
    { depth: 0, kind: 'anchor', value: null, ...counts(24) },
  ] as const

  it('orders nodes by depth, named values by sessions and name, pooled and exit last', () => {
    expect(toPathGraph(nodes, []).nodes.map(({ id }) => id)).toEqual([
      '0:anchor',
      '1:value:/c',
      '1:value:/a',
      '1:value:/b',
      '1:other',
      '1:exit',
    ])
  })

  it('names both ends of a link, in the order of the nodes', () => {
    const link = { depth: 1, sourceKind: 'anchor', source: null } as const
    const { links } = toPathGraph(nodes, [
      { ...link, targetKind: 'exit', target: null, ...counts(9) },
      { ...link, targetKind: 'value', target: '/c', ...counts(3) },
    ])
    expect(links).toEqual([
      { source: '0:anchor', target: '1:value:/c', ...counts(3) },
      { source: '0:anchor', target: '1:exit', ...counts(9) },
    ])
  })

  it('keeps a page called like a kind apart from it', () => {
    const graph = toPathGraph([{ depth: 1, kind: 'value', value: 'exit', ...counts(1) }, nodes[0]], [])
    expect(new Set(graph.nodes.map(({ id }) => id)).size).toBe(2)
  })
})
