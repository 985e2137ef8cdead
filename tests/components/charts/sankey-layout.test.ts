import { describe, expect, it } from 'vitest'
import { layOutSankey, toBandPath } from '@/components/charts/sankey-layout'

const size = { width: 310, height: 110, nodeWidth: 10, gap: 10 }
const nodes = [
  { id: 'start', depth: 0, value: 10 },
  { id: 'a', depth: 1, value: 6 },
  { id: 'b', depth: 1, value: 4 },
  { id: 'end', depth: 2, value: 5 },
]
const links = [
  { source: 'b', target: 'end', value: 4 },
  { source: 'start', target: 'b', value: 4 },
  { source: 'start', target: 'a', value: 6 },
  { source: 'a', target: 'end', value: 1 },
]

describe('layOutSankey', () => {
  const placed = layOutSankey(nodes, links, size)

  it('stacks the nodes of a depth from the top, all on one scale, within the height', () => {
    expect(placed.nodes.map(({ id, x, y, height }) => [id, x, y, height])).toEqual([
      ['start', 0, 0, 100],
      ['a', 100, 0, 60],
      ['b', 100, 70, 40],
      ['end', 200, 0, 50],
    ])
  })

  it('lets bands leave and arrive side by side, none over another', () => {
    expect(
      placed.links.map(({ source, target, sourceY, targetY, width }) => [source, target, sourceY, targetY, width]),
    ).toEqual([
      ['start', 'a', 30, 30, 60],
      ['start', 'b', 80, 90, 40],
      ['a', 'end', 5, 5, 10],
      ['b', 'end', 90, 30, 40],
    ])
  })

  it('draws a band level at both ends', () => {
    expect(
      toBandPath({ source: 'a', target: 'b', value: 1, sourceX: 10, sourceY: 5, targetX: 30, targetY: 9, width: 1 }),
    ).toBe('M10,5C20,5 20,9 30,9')
  })

  it('places nothing, and nodes of zero, without dividing by zero', () => {
    expect(layOutSankey([], [], size)).toEqual({ nodes: [], links: [] })
    const [zero] = layOutSankey([{ id: 'start', depth: 0, value: 0 }], [], size).nodes
    expect(zero).toMatchObject({ x: 0, y: 0, height: 0 })
  })

  it('leaves out a link to a node that is not there', () => {
    expect(layOutSankey(nodes, [{ source: 'start', target: 'nowhere', value: 1 }], size).links).toEqual([])
  })
})
