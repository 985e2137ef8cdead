import { expect, test } from 'vitest'
import { toEventOrigin, toRowOrigin } from '../../../lib/collect/row-origin'
import { toContext } from './request'

const defaults = { route: '/c?token=1&utm_source=mail&utm_content=jane', release: '1.2' }

test('says where a row came from, without what a query string may hold', () => {
  const context = toContext('publishable', { defaults, country: 'AT', botReasons: ['user_agent'] })
  expect(toRowOrigin({}, context).origin).toMatchObject({
    route: '/c?utm_source=mail&utm_content=jane',
    release: '1.2',
    country: 'AT',
    botReasons: ['user_agent'],
    gpc: false,
  })
  expect(toRowOrigin({ route: '/own', release: null }, context).origin).toMatchObject({ route: '/own', release: null })
})

test('names an event’s campaign', () => {
  const { origin } = toEventOrigin(
    { referrer: 'https://x.example/?utm_medium=cpc' },
    null,
    toContext('publishable', { defaults }),
  )
  expect(origin).toMatchObject({ utmSource: 'mail', utmMedium: 'cpc', utmContent: 'jane', utmTerm: null })
})

test('under Global Privacy Control keeps of a URL what thousands share', () => {
  const context = toContext('secret', { defaults, isGpc: true, userAgent: 'x', ip: '1.2.3.0' })
  const { origin } = toEventOrigin({ referrer: 'https://x.example/jane?utm_term=t' }, null, context)
  expect(origin).toMatchObject({
    route: '/c',
    referrer: 'https://x.example',
    utmSource: 'mail',
    utmTerm: null,
    utmContent: null,
    gpc: true,
    userAgent: null,
    ip: null,
  })
  expect(toRowOrigin({}, context).origin.route).toBe('/c')
  expect(toEventOrigin({ referrer: '/inner' }, null, context).origin.referrer).toBeNull()
})

test('cuts and counts what is over the limit', () => {
  const long = `/${'x'.repeat(5_000)}`
  const { origin, cutCount } = toEventOrigin({ route: long, referrer: long }, null, toContext())
  expect([origin.route?.length, origin.referrer?.length, cutCount]).toEqual([2_048, 2_048, 2])
  expect(toRowOrigin({ route: long }, toContext()).cutCount).toBe(1)
})
