import { describe, expect, it } from 'vitest'
import { parseDashboardUrl } from '@/components/growth-stack/parse-dashboard-url'

const parse = (search: string) => parseDashboardUrl(new URLSearchParams(search))

describe('the dashboard’s address', () => {
  it('carries range, route, vital and whether bots count', () => {
    expect(parse('range=30d&route=%2Frecipes%2F%5Bid%5D&vital=inp&bots=true')).toEqual({
      range: '30d',
      route: '/recipes/[id]',
      vital: 'inp',
      bots: true,
    })
  })

  it('falls back for what is missing or unknown', () => {
    expect(parse('')).toEqual({ range: null, route: null, vital: 'lcp', bots: false })
    expect(parse('range=2y&route=&vital=fid&bots=maybe')).toEqual({
      range: null,
      route: null,
      vital: 'lcp',
      bots: false,
    })
  })
})
