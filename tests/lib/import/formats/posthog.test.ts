import { expect, test } from 'vitest'
import { toPostHogEvent } from '../../../../lib/import/formats/posthog'

const uuid = '018daf23-89b3-7cf8-a4f1-94064c96df90'
const properties = {
  $current_url: 'https://shop.example/pricing?utm_source=news',
  $pathname: '/pricing',
  $session_id: 's1',
  $device_id: 'd1',
  $referrer: '$direct',
  $browser: 'Chrome',
  $os: 'Mac OS X',
  $device_type: 'Desktop',
  $geoip_country_code: 'DE',
  $lib: 'web',
  plan: 'pro',
  token: 'phc_1',
}
const record = { uuid, event: '$pageview', distinct_id: 'd1', timestamp: '2026-03-10T12:00:00.500Z', properties }

test('an unidentified page view stays anonymous and keeps its own properties alone', () => {
  expect(toPostHogEvent(record, 'UTC')).toEqual({
    kind: 'item',
    item: {
      id: uuid,
      timestamp: Date.UTC(2026, 2, 10, 12, 0, 0, 500),
      sessionId: 's1',
      event: '$pageview',
      anonymousId: 'd1',
      route: '/pricing?utm_source=news',
      referrer: undefined,
      release: undefined,
      device: 'Desktop',
      browser: 'Chrome',
      os: 'Mac OS X',
      userAgent: undefined,
      country: 'DE',
      properties: { plan: 'pro' },
    },
  })
})

test('who is identified is a user, also where properties are JSON text', () => {
  const text = JSON.stringify({ ...properties, $user_id: 'u1' })
  expect(toPostHogEvent({ ...record, distinct_id: 'u1', properties: text }, 'UTC')).toMatchObject({
    item: { userId: 'u1' },
  })
  expect(toPostHogEvent({ ...record, distinct_id: 'u1', properties: {} }, 'UTC')).toMatchObject({
    item: { userId: 'u1' },
  })
})

test('an identification links and sets traits', () => {
  const identify = {
    ...record,
    event: '$identify',
    distinct_id: 'u1',
    properties: { $anon_distinct_id: 'd1', $set: { plan: 'pro' } },
  }
  expect(toPostHogEvent(identify, 'UTC')).toMatchObject({
    item: { type: 'identify', userId: 'u1', anonymousId: 'd1', traits: { plan: 'pro' } },
  })
})

test('what is no event is skipped, what cannot be one is bad', () => {
  expect(toPostHogEvent({ ...record, event: '$feature_flag_called' }, 'UTC')).toEqual({ kind: 'skip' })
  expect(toPostHogEvent({ ...record, event: '' }, 'UTC')).toEqual({ kind: 'bad', reason: 'missing_event' })
  expect(toPostHogEvent({ ...record, timestamp: null }, 'UTC')).toEqual({ kind: 'bad', reason: 'missing_timestamp' })
  expect(toPostHogEvent({ ...record, properties: '{' }, 'UTC')).toEqual({ kind: 'bad', reason: 'invalid_properties' })
})

test('web vitals are a navigation with what was measured of it, and nothing without a measure', () => {
  const measured = {
    ...record,
    event: '$web_vitals',
    properties: {
      ...properties,
      $web_vitals_LCP_value: 1_234.5,
      $web_vitals_LCP_event: { name: 'LCP', value: 1_234.5, navigationType: 'reload' },
      $web_vitals_CLS_value: 0,
      $web_vitals_INP_value: '8',
    },
  }
  expect(toPostHogEvent(measured, 'UTC')).toMatchObject({
    kind: 'item',
    item: {
      type: 'vitals',
      id: uuid,
      anonymousId: 'd1',
      sessionId: 's1',
      navigationType: 'reload',
      lcp: 1_234.5,
      cls: 0,
    },
  })
  expect(toPostHogEvent(measured, 'UTC')).not.toHaveProperty('item.inp')
  expect(toPostHogEvent({ ...measured, properties }, 'UTC')).toEqual({ kind: 'skip' })
})
