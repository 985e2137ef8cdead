import { expect, test } from 'vitest'
import { parseFeaturesUrl } from '@/components/features/features-url'

test('reads what the page shows, and falls back to days and weeks', () => {
  const parse = (search: string) => parseFeaturesUrl(new URLSearchParams(search))
  expect(parse('interval=month&period=month&feature=search&property=kind')).toEqual({
    interval: 'month',
    period: 'month',
    feature: 'search',
    property: 'kind',
  })
  expect(parse('interval=year&period=x&feature=')).toEqual({
    interval: 'day',
    period: 'week',
    feature: null,
    property: null,
  })
})
