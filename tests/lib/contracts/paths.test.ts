import { describe, expect, it } from 'vitest'
import { pathsQuery } from '@/lib/contracts/paths'

describe('pathsQuery', () => {
  it('asks for three pages after the start of the session when nothing else is said', () => {
    expect(pathsQuery.parse({ range: '7d' })).toEqual({
      range: '7d',
      bots: false,
      anchor: null,
      direction: 'after',
      depth: 3,
      branches: 5,
      by: 'page',
    })
  })

  it('wants either a range by name or both ends', () => {
    expect(pathsQuery.safeParse({}).success).toBe(false)
    expect(pathsQuery.safeParse({ from: 0 }).success).toBe(false)
    expect(pathsQuery.safeParse({ from: 0, to: 1, range: '7d' }).success).toBe(false)
    expect(pathsQuery.safeParse({ from: 0, to: 1 }).success).toBe(true)
  })

  it.each([
    { depth: 0 },
    { depth: 6 },
    { branches: 0 },
    { branches: 11 },
    { by: 'country' },
    { anchor: { event: '' } },
  ])('refuses %j', (part) => {
    expect(pathsQuery.safeParse({ range: '7d', ...part }).success).toBe(false)
  })
})
