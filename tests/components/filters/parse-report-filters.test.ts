import { describe, expect, it } from 'vitest'
import { parseReportFilters, toFilterParams, toFrameSearch } from '@/components/filters/parse-report-filters'

const parse = (search: string) => parseReportFilters(new URLSearchParams(search))

describe('the state in an address', () => {
  it('is the last seven days of everybody when the address says nothing', () => {
    expect(parse('')).toEqual({ span: { kind: 'range', range: '7d' }, compare: false, filter: {}, bots: false })
  })

  it('reads each part', () => {
    const search = 'range=30d&compare=true&bots=true&country=DE&utm_source=news&segment=abc&route=/a'
    expect(parse(search)).toEqual({
      span: { kind: 'range', range: '30d' },
      compare: true,
      filter: { country: 'DE', utm_source: 'news', segment: 'abc', route: '/a' },
      bots: true,
    })
  })

  it('takes days before a name, and only as a pair in order', () => {
    expect(parse('range=30d&from=2026-05-01&to=2026-05-01').span).toEqual({
      kind: 'days',
      firstDay: '2026-05-01',
      lastDay: '2026-05-01',
    })
    for (const search of ['from=2026-05-01', 'from=2026-05-02&to=2026-05-01', 'from=2026-02-30&to=2026-05-01']) {
      expect(parse(`range=90d&${search}`).span).toEqual({ kind: 'range', range: '90d' })
    }
  })

  it('falls back where a value means nothing', () => {
    expect(parse('range=8d&compare=yes&bots=7d&country=')).toEqual(parse(''))
    expect(parse(`country=${'x'.repeat(3_000)}`)).toEqual(parse(''))
  })

  it('comes back as it was after a change was written into an address', () => {
    const search = new URLSearchParams()
    const state = parse('from=2026-05-01&to=2026-05-07&compare=true&os=iOS&bots=true')
    for (const [name, value] of Object.entries(toFilterParams(state))) {
      if (value !== null) search.set(name, value)
    }
    expect(parseReportFilters(search)).toEqual(state)
  })

  it('a change names only what it changes', () => {
    expect(toFilterParams({ compare: false })).toEqual({ compare: null })
    expect(toFilterParams({ span: { kind: 'range', range: '24h' } })).toEqual({ range: '24h', from: null, to: null })
    expect(toFilterParams({ filter: { route: null } })).toEqual({ route: null })
  })
})

describe('a link to another page', () => {
  it('takes project and filters along and leaves behind what is the page’s own', () => {
    const search = new URLSearchParams('vital=inp&project=shop&range=30d&country=DE&tab=2')
    expect(toFrameSearch(search)).toBe('project=shop&range=30d&country=DE')
  })

  it('does not take the range of bots on the ingestion page for a filter', () => {
    expect(toFrameSearch(new URLSearchParams('bots=7d'))).toBe('')
    expect(toFrameSearch(new URLSearchParams('bots=true'))).toBe('bots=true')
  })
})
