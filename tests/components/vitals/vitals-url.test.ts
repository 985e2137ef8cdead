import { describe, expect, it } from 'vitest'
import { parseVitalsUrl } from '@/components/vitals/vitals-url'

const parse = (search: string) => parseVitalsUrl(new URLSearchParams(search))

describe('the state of the vitals page', () => {
  it('is page loads, p75, LCP, by page where the address says nothing', () => {
    expect(parse('')).toEqual({
      metric: 'lcp',
      navigations: 'hard',
      percentile: 'p75',
      by: 'route',
      connection: null,
      release: null,
      before: null,
      after: null,
    })
  })

  it('is what the address says, and falls back where it says nonsense', () => {
    expect(parse('metric=inp&navigations=soft&percentile=p99&by=country&release=3f2c&before=a&after=b')).toMatchObject({
      metric: 'inp',
      navigations: 'soft',
      percentile: 'p99',
      by: 'country',
      release: '3f2c',
      before: 'a',
      after: 'b',
    })
    expect(parse('metric=fid&percentile=p42&by=toString&release=')).toMatchObject({
      metric: 'lcp',
      percentile: 'p75',
      by: 'route',
      release: null,
    })
  })
})
