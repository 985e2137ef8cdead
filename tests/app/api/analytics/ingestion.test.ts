import { randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { describeStores } from '../../../support/store'
import { type CallOptions, prepareInstall, toEvent } from '../install'

type Answer = {
  data: { accepted: number; duplicates: number; rejected: { index: number; reason: string }[] }
  meta: { serverTime: number }
  error: { code: string; requestId: string; serverTime?: number; issues?: { path: string }[] }
}

describeStores('the ingestion routes', (store) => {
  const install = prepareInstall(store)
  afterEach(() => vi.useRealTimers())

  async function send(body: unknown, options: CallOptions = {}, route = 'events') {
    const response = await install.call('POST', `/api/analytics/${route}`, { body, ...options })
    return { status: response.status, headers: response.headers, ...((await response.json()) as Answer) }
  }
  const batch = (events: unknown[], rest: object = {}) => ({
    key: install.publishableKey,
    sentAt: Date.now(),
    context: { anonymousId: 'visitor' },
    events,
    ...rest,
  })
  const asServer = () => ({ authorization: `Bearer ${install.secretKey}` })
  const countEvents = async () => {
    const [row] = await store.sql<{ count: number }>('select count(*)::int as count from public.user_events')
    return row?.count
  }

  describe('202', () => {
    test('counts a retry as duplicates, and only the first of identical copies as accepted', async () => {
      const body = batch([toEvent(), toEvent({ type: 'conversion', funnel: 'F', step: 's', event: undefined })])
      const copies = { ...body, events: [...body.events, body.events[0]] }
      expect((await send(copies)).data).toEqual({ accepted: 2, duplicates: 1, rejected: [] })
      expect((await send(copies)).data).toEqual({ accepted: 0, duplicates: 3, rejected: [] })
    })

    test('keeps the good events of a batch beside the bad ones', async () => {
      const old = Date.now() - 8 * 86_400_000
      const events = [
        toEvent(),
        toEvent({ id: 'x' }),
        toEvent({ timestamp: 'now' }),
        toEvent({ event: '' }),
        toEvent({ properties: [] }),
        toEvent({ timestamp: old }),
        toEvent({ timestamp: Date.now() + 600_000 }),
        null,
      ]
      const before = (await countEvents()) ?? 0
      const { status, data } = await send(batch(events))
      expect(status).toBe(202)
      expect(data.accepted).toBe(1)
      expect(data.rejected.map(({ reason }) => reason)).toEqual([
        'invalid_id',
        'invalid_timestamp',
        'invalid_event',
        'invalid_properties',
        'too_old',
        'in_future',
        'invalid_event',
      ])
      expect(await countEvents()).toBe(before + 1)
    })

    test('takes nothing, text/plain and gzip', async () => {
      expect(await send(batch([]))).toMatchObject({ status: 202, data: { accepted: 0 } })
      const raw = JSON.stringify(batch([toEvent()]))
      expect(await send(null, { raw, headers: { 'content-type': 'text/plain' } })).toMatchObject({
        data: { accepted: 1 },
      })
      const zipped = { raw: gzipSync(JSON.stringify(batch([toEvent()]))), headers: { 'content-encoding': 'gzip' } }
      expect(await send(null, zipped)).toMatchObject({ status: 202, data: { accepted: 1 } })
    })

    test('tells the server’s time', async () => {
      const { meta } = await send(batch([]))
      expect(Math.abs(meta.serverTime - Date.now())).toBeLessThan(60_000)
    })

    test('takes a server’s timestamps as they are, and what the store cannot hold is refused alone', async () => {
      const events = [toEvent({ timestamp: 1_000 }), toEvent({ timestamp: 8.6e15 }), toEvent({ timestamp: 2_000 })]
      const { status, data } = await send({ events }, { headers: asServer() })
      expect(status).toBe(202)
      expect(data).toEqual({ accepted: 2, duplicates: 0, rejected: [{ index: 1, reason: 'refused_by_store' }] })
    })

    test('needs no key from this product’s own pages', async () => {
      const { key: _, ...body } = batch([toEvent()])
      const origin = { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-origin' }
      expect(await send(body, { headers: origin })).toMatchObject({ status: 202, data: { accepted: 1 } })
    })

    test('lets an allowed origin read the answer, without credentials', async () => {
      const { status, headers } = await send(batch([]), { headers: { origin: 'https://allowed.example' } })
      expect(status).toBe(202)
      expect(headers.get('access-control-allow-origin')).toBe('https://allowed.example')
      expect(headers.get('access-control-expose-headers')).toContain('Retry-After')
      expect(headers.has('access-control-allow-credentials')).toBe(false)
    })

    test('stores nobody under Global Privacy Control, and a retry is still a duplicate', async () => {
      const event = toEvent({ event: 'private', userId: 'u', sessionId: 's' })
      const options = { headers: { 'sec-gpc': '1' } }
      expect((await send(batch([event]), options)).data.accepted).toBe(1)
      expect((await send(batch([event]), options)).data.duplicates).toBe(1)
      const rows = await store.sql("select user_id, session_id, gpc from public.user_events where event = 'private'")
      expect(rows).toEqual([{ user_id: null, session_id: null, gpc: true }])
    })

    test('answers each of many concurrent requests for its own rows', async () => {
      const shared = toEvent()
      const answers = await Promise.all(
        Array.from({ length: 24 }, (_, index) =>
          send(batch([shared, ...Array.from({ length: index % 4 }, () => toEvent())])),
        ),
      )
      for (const [index, { data }] of answers.entries()) {
        expect(data.accepted + data.duplicates).toBe(1 + (index % 4))
      }
      const duplicates = answers.reduce((sum, { data }) => sum + data.duplicates, 0)
      expect(duplicates).toBe(23)
    })

    test('is answered only after the commit: the report knows the events', async () => {
      const name = `seen-${randomUUID()}`
      await send(batch([toEvent({ event: name }), toEvent({ event: name })]))
      const report = await install.call('GET', `/api/analytics/events?range=24h&event=${name}`, { headers: asServer() })
      const { data } = (await report.json()) as { data: { totals: { events: number; people: number } } }
      expect(data.totals).toMatchObject({ events: 2, people: 1 })
    })

    test('stores metrics of all three kinds, again as duplicates', async () => {
      const timestamp = Date.now()
      const vitals = { metrics: [{ id: randomUUID(), timestamp, seq: 1, lcp: 900, cls: 0 }] }
      const calls = { metrics: [{ requestId: randomUUID(), timestamp, model: 'm', tokens: 3, duration: 20 }] }
      const queries = { metrics: [{ id: randomUUID(), timestamp, query: 'select 1', duration: 2 }] }
      for (const [route, body] of [
        ['performance', vitals],
        ['ai-performance', calls],
        ['database-performance', queries],
      ] as const) {
        expect((await send(body, { headers: asServer() }, route)).data).toMatchObject({ accepted: 1, duplicates: 0 })
        expect((await send(body, { headers: asServer() }, route)).data).toMatchObject({ accepted: 0, duplicates: 1 })
      }
    })
  })

  test.each([
    ['broken JSON', '{"events":['],
    ['nothing', ''],
    ['bytes that are no text', new Uint8Array([0x22, 0xff])],
  ])('400 for %s', async (_, raw) => {
    expect(await send(null, { raw })).toMatchObject({ status: 400 })
  })

  test('422 for JSON of the wrong shape, with what is wrong', async () => {
    for (const body of [
      [],
      'x',
      5,
      null,
      {},
      { events: {} },
      { events: [], sentAt: 'x' },
      { events: [], context: [] },
    ]) {
      expect(await send(body)).toMatchObject({ status: 422, error: { code: 'invalid_request' } })
    }
    const { status, error } = await send(batch([], { sentAt: undefined }))
    expect([status, error.issues?.[0]?.path]).toEqual([422, 'sentAt'])
  })

  describe('401', () => {
    test('for an unknown key, a secret key in a body, and no key from elsewhere', async () => {
      expect(await send(batch([], { key: 'pk_unknown' }))).toMatchObject({
        status: 401,
        error: { code: 'unknown_key' },
      })
      expect(await send(batch([], { key: install.secretKey }))).toMatchObject({ status: 401 })
      expect(await send(batch([], { key: undefined }))).toMatchObject({
        status: 401,
        error: { code: 'unauthenticated' },
      })
    })

    test('for a revoked key once it is forgotten, which takes ten seconds at most', async () => {
      const headers = { cookie: install.cookies.admin }
      const made = await install.call('POST', '/api/projects/default/keys', { headers, body: { kind: 'publishable' } })
      const { data } = (await made.json()) as { data: { id: string; key: string } }
      expect((await send(batch([], { key: data.key }))).status).toBe(202)
      await install.call('DELETE', `/api/projects/default/keys/${data.id}`, { headers })
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10_001 })
      expect((await send(batch([], { key: data.key }))).status).toBe(401)
    })
  })

  test('403 for an origin that is not allowed: nothing is stored, and the page may not read why', async () => {
    const before = await countEvents()
    const { status, headers, error } = await send(batch([toEvent()]), { headers: { origin: 'https://evil.example' } })
    expect([status, error.code]).toEqual([403, 'origin_not_allowed'])
    expect(headers.has('access-control-allow-origin')).toBe(false)
    expect(await countEvents()).toBe(before)
  })

  test('409 for a clock that is off by more than five minutes, with the right time', async () => {
    const before = await countEvents()
    const { status, error } = await send(batch([toEvent()], { sentAt: Date.now() - 400_000 }))
    expect([status, error.code]).toEqual([409, 'clock_skew'])
    expect(Math.abs((error.serverTime ?? 0) - Date.now())).toBeLessThan(60_000)
    expect(await countEvents()).toBe(before)
  })

  test('413 for too many items and too many bytes, as sent and inflated; a server may send more', async () => {
    const many = Array.from({ length: 1_001 }, () => ({}))
    expect(await send(batch(many))).toMatchObject({ status: 413, error: { code: 'payload_too_large' } })
    expect(await send({ events: many }, { headers: asServer() })).toMatchObject({ status: 202 })
    const raw = 'x'.repeat(512 * 1024 + 1)
    expect((await send(null, { raw })).status).toBe(413)
    const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024))
    expect((await send(null, { raw: bomb, headers: { 'content-encoding': 'gzip' } })).status).toBe(413)
    expect((await send(null, { raw: bomb, headers: { 'content-encoding': 'gzip', ...asServer() } })).status).toBe(413)
    expect((await send(null, { raw, headers: asServer() })).status).toBe(400)
  })

  test('429 for an address that sends too much, with when to come back; others still send', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    const from = (address: string) => ({ headers: { 'x-growth-peer-address': address } })
    for (let i = 0; i < 500; i += 1) await send(batch([]), from('203.0.113.1'))
    const { status, headers } = await send(batch([]), from('203.0.113.1'))
    expect([status, headers.get('retry-after')]).toEqual([429, '1'])
    expect((await send(batch([]), from('203.0.113.2'))).status).toBe(202)
    expect((await send({ events: [] }, { headers: { ...from('203.0.113.1').headers, ...asServer() } })).status).toBe(
      202,
    )
  })

  test('hostile values are stored or refused, never a fault', async () => {
    const deep = JSON.parse(`${'{"a":'.repeat(1_000)}1${'}'.repeat(1_000)}`)
    const values: object[] = [
      { event: 'nul\0', route: '/\0', userId: '\ud800', properties: { 'k\0': '\udc00', n: 1e308 } },
      { properties: JSON.parse('{"__proto__":{"a":1},"constructor":{"prototype":1}}') },
      { properties: deep },
      { properties: { big: 'x'.repeat(100_000) } },
      { timestamp: Number.MAX_SAFE_INTEGER },
      { timestamp: -1 },
      { id: ['x'] },
      { event: { toString: 'x' } },
      { userId: 5 },
      { sessionId: [] },
      { route: 'x'.repeat(3_000) },
      { referrer: '?'.repeat(2_000) },
      { type: '__proto__' },
      { type: 'identify', userId: '\0', traits: { __proto__: null } },
      { type: 'identify', userId: 'x', anonymousId: 'x', traits: deep },
    ]
    for (const headers of [{}, asServer()]) {
      const { status, data } = await send(batch(values.map((value) => toEvent(value))), { headers })
      expect(status).toBe(202)
      expect(data.accepted + data.duplicates + data.rejected.length).toBe(values.length)
    }
    const contexts = [
      { userId: '\0', route: '\ud800?utm_source=\0' },
      { ip: 5, userAgent: {} },
    ]
    for (const context of contexts) expect((await send(batch([toEvent()], { context }))).status).toBe(202)
  })
})

describeStores('ingestion without its store', (store) => {
  const install = prepareInstall(store)

  test('is 503 with Retry-After, accepts nothing, and readiness says so', async () => {
    process.env.NEXT_PUBLIC_SUPABASE_URL = 'http://127.0.0.1:9'
    vi.resetModules()
    vi.spyOn(console, 'error').mockImplementation(() => {})
    vi.spyOn(console, 'log').mockImplementation(() => {})
    for (const headers of [{}, { authorization: `Bearer ${install.secretKey}` }]) {
      const body = { key: install.publishableKey, sentAt: Date.now(), events: [toEvent()] }
      const response = await install.call('POST', '/api/analytics/events', { body, headers })
      expect(response.status).toBe(503)
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    }
    const ready = await install.call('GET', '/api/ready')
    expect([ready.status, await ready.json()]).toMatchObject([503, { checks: { store: { status: 'degraded' } } }])
    expect((await install.call('GET', '/api/health')).status).toBe(200)
  })
})
