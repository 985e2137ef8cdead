import { expect, test } from 'vitest'
import { toUmamiEvent } from '../../../../lib/import/formats/umami'

const row = {
  website_id: '6a7c',
  session_id: '5fb0',
  visit_id: '77aa',
  event_id: 'f7f3c8ce-1c3b-4a63-9d07-3a9f3f0e8a11',
  hostname: 'shop.example',
  browser: 'crios',
  os: 'iOS',
  device: 'mobile',
  country: 'DE',
  url_path: '/pricing',
  url_query: 'utm_source=news',
  referrer_domain: 'search.example',
  referrer_path: '/q',
  referrer_query: '',
  page_title: 'Prices',
  event_type: '1',
  event_name: '',
  distinct_id: '',
  created_at: '2026-03-10 12:00:00',
}

test('a page view keeps its id, its visit and where it came from', () => {
  expect(toUmamiEvent(row, 'UTC')).toMatchObject({
    kind: 'item',
    item: {
      id: row.event_id,
      timestamp: Date.UTC(2026, 2, 10, 12),
      event: '$pageview',
      anonymousId: '5fb0',
      sessionId: '77aa',
      route: '/pricing?utm_source=news',
      referrer: 'https://search.example/q',
      country: 'DE',
      properties: { title: 'Prices' },
    },
  })
})

test('a custom event has its name, and a known user is linked to the visitor', () => {
  const event = toUmamiEvent({ ...row, event_type: '2', event_name: 'signed up', distinct_id: 'u-1' }, 'UTC')
  expect(event).toMatchObject({
    item: { event: 'signed up', userId: 'u-1' },
    link: { userId: 'u-1', anonymousId: '5fb0' },
  })
})

test('other kinds are none; without a time or a name it is bad', () => {
  expect(toUmamiEvent({ ...row, event_type: '3' }, 'UTC')).toEqual({ kind: 'skip' })
  expect(toUmamiEvent({ ...row, created_at: '' }, 'UTC')).toEqual({ kind: 'bad', reason: 'missing_timestamp' })
  expect(toUmamiEvent({ ...row, event_type: '2' }, 'UTC')).toEqual({ kind: 'bad', reason: 'missing_event' })
})
