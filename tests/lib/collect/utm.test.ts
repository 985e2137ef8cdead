import { expect, test } from 'vitest'
import { toUtm } from '../../../lib/collect/utm'

test('campaign parameters come from properties, then route, then referrer', () => {
  const route = '/r?utm_source=route&utm_medium=route%20m'
  const referrer = 'https://x.example/?utm_source=referrer&utm_medium=referrer&utm_term=t'
  expect(toUtm({ utm_source: 'property', utm_campaign: 5 }, route, referrer)).toEqual({
    utmSource: 'property',
    utmMedium: 'route m',
    utmCampaign: null,
    utmTerm: 't',
    utmContent: null,
  })
  expect(toUtm(null, `/r?utm_source=${'x'.repeat(500)}`, null).utmSource).toHaveLength(200)
  expect(Object.values(toUtm(null, null, null))).toEqual([null, null, null, null, null])
})
