import { describe, expect, it } from 'vitest'
import {
  PATH_DEFAULTS,
  type PathQuestion,
  parsePathQuestion,
  toAnchorText,
  toPathBody,
  toPathParams,
} from '@/components/paths/path-question'

const QUESTION: PathQuestion = {
  anchor: { kind: 'page', name: '/pricing' },
  direction: 'before',
  depth: 5,
  branches: 10,
  by: 'event',
}

/** What an address says after a change. */
function throughAddress(change: Partial<PathQuestion>): PathQuestion {
  const given = Object.entries(toPathParams(change)).filter(([, value]) => value !== null)
  return parsePathQuestion(new URLSearchParams(given as [string, string][]))
}

describe('the question of the paths page', () => {
  it('comes back from the address as it went in', () => {
    expect(throughAddress(QUESTION)).toEqual(QUESTION)
    expect(throughAddress(PATH_DEFAULTS)).toEqual(PATH_DEFAULTS)
  })

  it('leaves defaults out of the address, and takes the other kind of anchor out', () => {
    expect(toPathParams(PATH_DEFAULTS)).toEqual({
      page: null,
      event: null,
      direction: null,
      depth: null,
      branches: null,
      by: null,
    })
    expect(toPathParams({ anchor: { kind: 'event', name: 'signup' } })).toEqual({ page: null, event: 'signup' })
  })

  it('falls back where an address makes no sense', () => {
    const search = new URLSearchParams('depth=9&branches=0&direction=up&by=colour')
    expect(parsePathQuestion(search)).toEqual(PATH_DEFAULTS)
  })

  it('asks for a page by its page views and for an event by its name', () => {
    expect(toPathBody(QUESTION).anchor).toEqual({ event: '$pageview', where: { $route: '/pricing' } })
    expect(toPathBody({ ...QUESTION, anchor: { kind: 'event', name: 'signup' } }).anchor).toEqual({ event: 'signup' })
    expect(toPathBody(PATH_DEFAULTS).anchor).toBeNull()
  })

  it('names where paths begin', () => {
    expect(toAnchorText(PATH_DEFAULTS)).toBe('Session starts')
    expect(toAnchorText({ ...PATH_DEFAULTS, direction: 'before' })).toBe('Session ends')
    expect(toAnchorText(QUESTION)).toBe('/pricing')
  })
})
