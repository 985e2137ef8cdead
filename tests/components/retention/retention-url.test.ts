import { expect, test } from 'vitest'
import { parseRetentionUrl, type RetentionState, toRetentionParams } from '@/components/retention/retention-url'

const parse = (search: string) => parseRetentionUrl(new URLSearchParams(search))

test('an address without a question asks who came back for anything, day by day', () => {
  expect(parse('')).toEqual({
    interval: 'day',
    mode: 'recurring',
    windows: 'calendar',
    cumulative: false,
    weekStart: 'monday',
    target: { event: '*' },
    comeback: { event: '*' },
    breakdown: '',
    revenue: false,
    figures: 'ratio',
  })
})

test('what a question sets in the address is read back as it was', () => {
  const state: RetentionState = {
    interval: 'week',
    mode: 'first_time',
    windows: 'calendar',
    cumulative: true,
    weekStart: 'sunday',
    target: { event: 'signup', where: { plan: 'pro', $country: { in: ['DE', 'FR'] } } },
    comeback: { event: '$pageview', where: {} },
    breakdown: '$device',
    revenue: true,
    figures: 'people',
  }
  const params = Object.entries(toRetentionParams(state)).filter(([, value]) => value !== null) as [string, string][]
  expect(parse(new URLSearchParams(params).toString())).toEqual(state)
})

test('only what changed is set; the default step leaves the address', () => {
  expect(toRetentionParams({ interval: 'hour' })).toEqual({ interval: 'hour' })
  expect(toRetentionParams({ target: { event: '*' }, cumulative: false, breakdown: '' })).toEqual({
    target: null,
    cumulative: null,
    by: null,
  })
})

test('what is not understood falls back, and rolling windows are never cumulative', () => {
  expect(parse('interval=year&mode=x&target={"event"&return=[]')).toEqual(parse(''))
  expect(parse('windows=rolling&cumulative=true')).toMatchObject({ windows: 'rolling', cumulative: false })
})
