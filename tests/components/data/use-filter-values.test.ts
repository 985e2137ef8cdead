import { describe, expect, it } from 'vitest'
import { toFilterValues } from '@/components/data/use-filter-values'

const counts = { events: 9, people: 3, sessions: 4 }

describe('the values a filter offers', () => {
  it('are the known ones of a dimension, in the order of the report', () => {
    const rows = [
      { value: 'DE', ...counts, previous: counts },
      { value: null, ...counts, previous: counts },
      { value: 'FR', ...counts, people: 1, previous: counts },
    ]
    expect(toFilterValues({ dimension: 'country', rows })).toEqual([
      { value: 'DE', people: 3 },
      { value: 'FR', people: 1 },
    ])
  })

  it('are the routes of page views', () => {
    const totals = { events: 1, pageviews: 1, people: 1, sessions: 1, conversions: 0 }
    const pages = [{ route: '/recipes/[id]', count: 5, people: 2 }]
    const report = { totals, previous: totals, series: [], top: [], funnels: [], pages }
    expect(toFilterValues(report)).toEqual([{ value: '/recipes/[id]', people: 2 }])
  })
})
