import { expect, test } from 'vitest'
import { toMixpanelEvent } from '../../../../lib/import/formats/mixpanel'

const properties = {
  time: 1_773_144_000,
  distinct_id: '$device:d1',
  $insert_id: 'i1',
  $device_id: 'd1',
  $browser: 'Chrome',
  $os: 'Windows',
  mp_country_code: 'DE',
  mp_lib: 'web',
  current_url_path: '/pricing',
  current_url_search: '?utm_source=news',
  plan: 'pro',
}
const toItem = (record: object) => {
  const translation = toMixpanelEvent(record as Record<string, unknown>, 'UTC')
  return translation.kind === 'item' ? translation.item : translation
}

test('a page view is one, of an anonymous device', () => {
  expect(toItem({ event: '$mp_web_page_view', properties })).toMatchObject({
    timestamp: 1_773_144_000_000,
    event: '$pageview',
    userId: undefined,
    anonymousId: 'd1',
    route: '/pricing?utm_source=news',
    country: 'DE',
    properties: { plan: 'pro' },
  })
})

test('the insert id makes the id, together with the name', () => {
  const ids = [
    toItem({ event: 'a', properties }),
    toItem({ event: 'a', properties: { ...properties, plan: 'x' } }),
    toItem({ event: 'b', properties }),
  ].map((item) => 'id' in item && item.id)
  expect(ids[0]).toBe(ids[1])
  expect(ids[0]).not.toBe(ids[2])
})

test('a line that names user and device links them', () => {
  const known = { ...properties, distinct_id: 'u1', $user_id: 'u1', time: 1_773_144_000_123 }
  expect(toMixpanelEvent({ event: 'Purchase', properties: known }, 'UTC')).toMatchObject({
    item: { userId: 'u1', timestamp: 1_773_144_000_123 },
    link: { userId: 'u1', anonymousId: 'd1' },
  })
  const identify = { time: 1, $identified_id: 'u1', $anon_id: '$device:d1', $insert_id: 'i' }
  expect(toItem({ event: '$identify', properties: identify })).toMatchObject({
    type: 'identify',
    userId: 'u1',
    anonymousId: 'd1',
  })
})

test('a line without name, time or properties is bad', () => {
  expect(toItem({ properties })).toMatchObject({ reason: 'missing_event' })
  expect(toItem({ event: 'a' })).toMatchObject({ reason: 'missing_timestamp' })
  expect(toItem({ event: 'a', properties: 'x' })).toMatchObject({ reason: 'invalid_properties' })
  expect(toItem({ event: '$merge', properties })).toEqual({ kind: 'skip' })
})
