import { describe, expect, it } from 'vitest'
import { toLinkText, toNodeLabel, toNodeText } from '@/components/paths/path-texts'
import type { PathNode } from '@/lib/contracts/paths'

const question = { anchor: { kind: 'session' }, direction: 'after', by: 'page' } as const
const node = (kind: PathNode['kind'], value: string | null = null): PathNode => ({
  id: `1:${kind}`,
  depth: 1,
  kind,
  value,
  people: 1,
  sessions: 1_500,
})

describe('the words of a path', () => {
  it('name every kind of node by what it means in its direction', () => {
    expect(toNodeLabel(node('anchor'), question)).toBe('Session starts')
    expect(toNodeLabel(node('value', '/a'), question)).toBe('/a')
    expect(toNodeLabel(node('other'), question)).toBe('Other pages')
    expect(toNodeLabel(node('other'), { ...question, by: 'event' })).toBe('Other events')
    expect(toNodeLabel(node('exit'), question)).toBe('Left')
    expect(toNodeLabel(node('exit'), { ...question, direction: 'before' })).toBe('Session started')
  })

  it('say how many, and what share of all paths', () => {
    const anchored = { people: 2, sessions: 3_000 }
    expect(toNodeText(node('value', '/a'), '/a', { anchored })).toBe(
      'Step 1: /a 1,500 sessions, 1 person, 50% of the paths',
    )
    const labels = new Map([
      ['0:anchor', 'Session starts'],
      ['1:value:/a', '/a'],
    ])
    expect(toLinkText({ source: '0:anchor', target: '1:value:/a', sessions: 1, people: 1 }, labels)).toBe(
      'Session starts → /a: 1 session, 1 person',
    )
  })
})
