import { describe, expect, test } from 'vitest'
import { type CollectServices, collect } from '../../../lib/collect/collect'
import { toEventRow } from '../../../lib/collect/event-row'
import type { RowFate } from '../../../lib/collect/event-sink'
import type { EventRow } from '../../../lib/contracts/ingest-rows'
import { ID, NOW_MS, project, toRequest } from './request'

function toServices(fates: readonly RowFate[] = [], rest: Partial<CollectServices<EventRow>> = {}) {
  const appended: EventRow[][] = []
  const services: CollectServices<EventRow> = {
    projects: {
      readProjectByKey: async (key) => (key === 'pk_1' ? { project, kind: 'publishable' } : null),
      readProjectBySlug: async () => project,
    },
    sink: {
      append: async (_, rows) => {
        appended.push([...rows])
        return rows.map((_row, index) => fates[index] ?? 'accepted')
      },
    },
    installOrigins: [],
    takeToken: () => ({ ok: true }),
    readVisitorSalt: async () => null,
    nowMs: () => NOW_MS,
    ...rest,
  }
  return { services, appended }
}
const event = (extra: object = {}) => ({ id: ID, timestamp: NOW_MS, event: 'a', ...extra })

describe('a batch', () => {
  test('accounts for every item, rejected ones by their place', async () => {
    const { services, appended } = toServices(['accepted', 'duplicate', 'refused'])
    const items = [event(), event({ id: 'x' }), event(), event(), event({ event: '' })]
    expect(await collect(toRequest({ items }), toEventRow, services)).toMatchObject({
      ok: true,
      answer: {
        accepted: 1,
        duplicates: 1,
        rejected: [
          { index: 1, reason: 'invalid_id' },
          { index: 3, reason: 'refused_by_store' },
          { index: 4, reason: 'invalid_event' },
        ],
      },
    })
    expect(appended[0]).toHaveLength(3)
  })

  test.each([
    ['unknown_key', toRequest({ key: 'pk_2' })],
    ['missing_key', toRequest({ key: undefined })],
    ['origin_not_allowed', toRequest({}, { headers: { origin: 'https://evil.example' }, sameOrigin: 'other' })],
    ['too_many_items', toRequest({ items: Array(1_001).fill(event()) })],
    ['missing_sent_at', toRequest({ sentAt: undefined })],
    ['clock_skew', toRequest({ sentAt: 0 })],
  ])('refused with %s stores nothing', async (reason, request) => {
    const { services, appended } = toServices()
    expect(await collect(request, toEventRow, services)).toMatchObject({ ok: false, reason })
    expect(appended).toEqual([])
  })

  test('over the limit says when to come back', async () => {
    const { services } = toServices([], { takeToken: () => ({ ok: false, retryAfterMs: 700 }) })
    expect(await collect(toRequest(), toEventRow, services)).toEqual({
      ok: false,
      projectId: project.id,
      reason: 'rate_limited',
      retryAfterMs: 700,
    })
  })

  test('of a server may hold more items, older ones, and says itself whose agent it was', async () => {
    const { services, appended } = toServices()
    const items = [event({ timestamp: 0 }), ...Array(1_500).fill(event())]
    const context = { userAgent: 'curl/8', ip: '203.0.113.9' }
    const sender = { kind: 'secret' as const, project }
    const headers = { 'user-agent': 'node' }
    const outcome = await collect(toRequest({ items, context }, { sender, headers }), toEventRow, services)
    expect(outcome).toMatchObject({ ok: true, answer: { accepted: 1_501 } })
    expect(appended[0]?.[0]).toMatchObject({ botReasons: ['user_agent'], userAgent: null, ip: null })
    await collect(toRequest({ items: [event()] }, { sender, headers }), toEventRow, services)
    expect(appended[1]?.[0]?.botReasons).toBeNull()
  })

  test('of a browser is read by its own headers, whatever its context claims', async () => {
    const settings = { keepsAddresses: true, keepsUserAgents: true }
    const { services, appended } = toServices([], {
      projects: {
        readProjectByKey: async () => ({ project: { ...project, settings }, kind: 'publishable' }),
        readProjectBySlug: async () => project,
      },
    })
    const context = { userAgent: 'Googlebot', ip: '198.51.100.1' }
    const request = toRequest(
      { items: [event()], context },
      { headers: { 'user-agent': 'Mozilla/5.0' }, address: '203.0.113.77' },
    )
    await collect(request, toEventRow, services)
    expect(appended[0]?.[0]).toMatchObject({ userAgent: 'Mozilla/5.0', ip: '203.0.113.0' })
  })

  test('says what was cut off its events, and counts it', async () => {
    const { services } = toServices()
    const items = [event({ properties: { text: 'x'.repeat(2_000) } }), event()]
    expect(await collect(toRequest({ items }), toEventRow, services)).toMatchObject({
      answer: { accepted: 2 },
      notes: { truncated: 1 },
      tally: { counts: { truncated: 1 } },
    })
  })

  test('of an anonymous browser carries the visitor’s key of the day', async () => {
    const { services, appended } = toServices([], { readVisitorSalt: async () => 'salt' })
    const from = { headers: { 'user-agent': 'Mozilla/5.0' }, address: '203.0.113.77' }
    await collect(toRequest({ items: [event(), event({ userId: 'u' })] }, from), toEventRow, services)
    expect(appended[0]?.map(({ visitorId }) => visitorId)).toEqual([expect.stringMatching(/^-?\d+$/), null])
  })

  test('passes an outage of the store on', async () => {
    const { services } = toServices([], { sink: { append: () => Promise.reject(new Error('away')) } })
    await expect(collect(toRequest({ items: [event()] }), toEventRow, services)).rejects.toThrow('away')
  })
})
