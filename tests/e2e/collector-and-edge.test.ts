import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mintApiKey } from '../../supabase/embedded/keys'
import { findFreePort } from '../support/postgres'
import { type Product, startProduct } from '../support/product'
import { ROOT } from '../support/source-files'

const JWT_SECRET = 'a secret of the tests, longer than 32 characters'

let product: Product
let edge: { url: string; process: ChildProcess }

// The same build once more, as a platform would run it: without anything of ours in front of its edge routes.
async function startEdge(databasePort: number): Promise<typeof edge> {
  const port = await findFreePort()
  const next = spawn(process.execPath, [join('node_modules', 'next', 'dist', 'bin', 'next'), 'start'], {
    cwd: ROOT,
    env: {
      ...process.env,
      PORT: String(port),
      NODE_ENV: 'production',
      JWT_SECRET,
      NEXT_PUBLIC_SUPABASE_URL: `http://127.0.0.1:${databasePort}`,
      NEXT_PUBLIC_SUPABASE_ANON_KEY: await mintApiKey(JWT_SECRET, 'anon'),
      SUPABASE_SERVICE_KEY: await mintApiKey(JWT_SECRET, 'service_role'),
      GROWTH_SECRET_KEY: product.secretKey,
      GROWTH_JOB_SECRET: 'a job secret of the tests',
      ENCRYPTION_KEY: '0'.repeat(64),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const chunk of next.stdout) if (String(chunk).includes('Ready')) break
  return { url: `http://127.0.0.1:${port}`, process: next }
}

beforeAll(async () => {
  const databasePort = await findFreePort()
  product = await startProduct({ env: { GROWTH_DATABASE_PORT: String(databasePort), JWT_SECRET } })
  edge = await startEdge(databasePort)
}, 300_000)

afterAll(async () => {
  edge?.process.kill('SIGTERM')
  if (edge) await once(edge.process, 'exit')
  await product?.stop()
}, 30_000)

type Sent = {
  path?: string
  method?: string
  headers?: Record<string, string | string[]>
  body?: string | Buffer
  /** Without a length. */
  isChunked?: boolean
}

/** A request; what it holds is the same for both, but its ids, so that neither answers with the other's duplicates. */
type Case = (side: 'front' | 'edge') => Sent

const SECRET = { authorization: 'Bearer sk_test_0123456789abcdefghijklmn' }
const JSON_BODY = { 'content-type': 'application/json' }
const FOREIGN = { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' }
const KEY = 'pk_test_0123456789abcdefgh'

let idCount = 0
function idOf(side: string): string {
  idCount += 1
  return `0197${side === 'front' ? 'aaaa' : 'bbbb'}-0000-7000-8000-${String(idCount).padStart(12, '0')}`
}
const eventOf = (side: string, more: object = {}) => ({ id: idOf(side), event: 'x', timestamp: Date.now(), ...more })
const batch = (items: unknown, more: object = {}, list = 'events') =>
  JSON.stringify({ sentAt: Date.now(), ...more, [list]: items })
const bySecret = (body: Sent['body'], more: Partial<Sent> = {}): Sent => ({
  ...more,
  headers: { ...JSON_BODY, ...SECRET, ...more.headers },
  ...(body !== undefined && { body }),
})
const byKey = (body: Sent['body'], headers: Sent['headers'] = {}): Sent => ({
  headers: { ...JSON_BODY, ...headers },
  ...(body !== undefined && { body }),
})

const CASES: Readonly<Record<string, Case>> = {
  'one event': (side) => bySecret(batch([eventOf(side)])),
  'twenty events': (side) => bySecret(batch(Array.from({ length: 20 }, () => eventOf(side)))),
  'no event': () => bySecret(batch([])),
  'the same event twice': (side) => {
    const event = eventOf(side)
    return bySecret(batch([event, event]))
  },
  'good and bad neighbours': (side) =>
    bySecret(
      batch([eventOf(side), { id: 'no uuid', event: 'x', timestamp: 1 }, 7, null, eventOf(side, { event: '' })]),
    ),
  'a conversion': (side) => bySecret(batch([eventOf(side, { type: 'conversion', funnel: 'f', step: 's' })])),
  'an identification': (side) => bySecret(batch([eventOf(side, { type: 'identify', userId: 'u', anonymousId: 'a' })])),
  'properties too deep': (side) =>
    bySecret(batch([eventOf(side, { properties: JSON.parse(`${'{"a":'.repeat(50)}1${'}'.repeat(50)}`) })])),
  'a NUL and half a surrogate pair': (side) => bySecret(batch([eventOf(side, { properties: { a: '\0 \ud800' } })])),
  'prototype keys': (side) =>
    bySecret(batch([eventOf(side)]).replace('"event":"x"', '"event":"x","properties":{"__proto__":{"a":1}}')),
  gzip: (side) => bySecret(gzipSync(batch([eventOf(side)])), { headers: { 'content-encoding': 'gzip' } }),
  'broken gzip': () => bySecret('no gzip', { headers: { 'content-encoding': 'gzip' } }),
  'a gzip that ends too early': () =>
    bySecret(gzipSync(batch(Array(50).fill('x'), { sentAt: 1 })).subarray(0, -9), {
      headers: { 'content-encoding': 'gzip' },
    }),
  'a gzip bomb': () => bySecret(gzipSync(Buffer.alloc(6 * 1_048_576, 32)), { headers: { 'content-encoding': 'gzip' } }),
  'another encoding': () => bySecret('x', { headers: { 'content-encoding': 'br' } }),
  'text/plain, as beacons are': (side) =>
    bySecret(batch([eventOf(side)]), { headers: { 'content-type': 'text/plain' } }),
  'no content type': (side) => ({ headers: SECRET, body: batch([eventOf(side)]) }),
  'no length': (side) => bySecret(batch([eventOf(side)]), { isChunked: true }),
  'no length and too long': () => bySecret(Buffer.alloc(6 * 1_048_576, 32), { isChunked: true }),
  'too long': () => bySecret(Buffer.alloc(6 * 1_048_576, 32)),
  'too long for a page': () => byKey(Buffer.alloc(600 * 1_024, 32)),
  'too many events': (side) => bySecret(batch(Array(10_001).fill(eventOf(side)))),
  'no body': () => bySecret(undefined),
  'no JSON': () => bySecret('{"events":['),
  'JSON of another shape': () => bySecret('[1,2]'),
  'no UTF-8': () => bySecret(Buffer.from([0x22, 0xff, 0x22])),
  'a list that is none': () => bySecret(batch('x')),
  'an unknown secret key': (side) =>
    bySecret(batch([eventOf(side)]), { headers: { authorization: 'Bearer sk_nobody' } }),
  'no bearer': (side) => bySecret(batch([eventOf(side)]), { headers: { authorization: 'Basic eDp5' } }),
  'a secret key in the body': (side) => byKey(batch([eventOf(side)], { key: 'sk_test_0123456789abcdefghijklmn' })),
  'an unknown publishable key': (side) => byKey(batch([eventOf(side)], { key: 'pk_nobody' })),
  'a publishable key': (side) => byKey(batch([eventOf(side)], { key: KEY })),
  'a publishable key from a foreign origin': (side) => byKey(batch([eventOf(side)], { key: KEY }), FOREIGN),
  nobody: (side) => byKey(batch([eventOf(side)])),
  'a page of ours': (side) => byKey(batch([eventOf(side)]), { 'sec-fetch-site': 'same-origin' }),
  'a clock that is wrong': (side) => byKey(batch([eventOf(side)], { key: KEY, sentAt: 1 })),
  'no sentAt': (side) => byKey(batch([eventOf(side)], { key: KEY, sentAt: undefined })),
  'an event of the last century': (side) => byKey(batch([eventOf(side, { timestamp: 1 })], { key: KEY })),
  'Global Privacy Control': (side) => bySecret(batch([eventOf(side)]), { headers: { 'sec-gpc': '1' } }),
  'an address the client claims': (side) =>
    bySecret(batch([eventOf(side)]), {
      headers: { 'x-growth-peer-address': 'x', 'x-forwarded-for': ['1.1.1.1', 'x'] },
    }),
  'a query': (side) => bySecret(batch([eventOf(side)]), { path: '/api/analytics/events?project=other&x=%zz' }),
  'the neutral path': (side) => bySecret(batch([eventOf(side)]), { path: '/_g/events' }),
  'the neutral path with a query': (side) => bySecret(batch([eventOf(side)]), { path: '/_g/events?v=1' }),
  vitals: (side) =>
    bySecret(batch([{ id: idOf(side), seq: 1, route: '/', timestamp: Date.now(), lcp: 1_200 }], {}, 'metrics'), {
      path: '/_g/performance',
    }),
  'calls of models': (side) =>
    bySecret(
      batch(
        [
          {
            id: idOf(side),
            requestId: idOf(side),
            model: 'm',
            endpoint: '/e',
            timestamp: Date.now(),
            duration: 5,
            success: true,
          },
        ],
        {},
        'metrics',
      ),
      { path: '/api/analytics/ai-performance' },
    ),
  queries: (side) =>
    bySecret(batch([{ id: idOf(side), query: 'select', timestamp: Date.now(), duration: 5, rows: 1 }], {}, 'metrics'), {
      path: '/_g/database-performance',
    }),
  'a preflight': () => ({ method: 'OPTIONS', headers: { ...FOREIGN, 'access-control-request-method': 'POST' } }),
  'a preflight of the neutral path': () => ({ method: 'OPTIONS', path: '/_g/events', headers: FOREIGN }),
  'a report': () => ({
    method: 'GET',
    path: '/_g/events?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z',
    headers: SECRET,
  }),
  'another method': () => bySecret('x', { method: 'PUT' }),
  'a slash too many': () => bySecret('x', { path: '/_g/events/' }),
  'a path that is not there': () => bySecret('x', { path: '/_g/nothing' }),
}

/** What a client can see of an answer, without what is never twice the same. */
async function ask(url: string, { path = '/api/analytics/events', method = 'POST', headers, body, isChunked }: Sent) {
  const length = body === undefined || isChunked ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const call = request(url + path, { method, headers: { ...headers, ...length }, agent: false })
  call.end(body)
  const [response] = await once(call, 'response')
  const shown: Record<string, unknown> = {}
  for (const name of COMPARED) shown[name] = response.headers[name]
  return {
    status: response.statusCode as number,
    headers: shown,
    varies: String(response.headers.vary ?? '').includes('Origin'),
    body: (await text(response))
      .replace(/"requestId":"[^"]*"/, '"requestId":""')
      .replace(/"serverTime":\d+/, '"serverTime":0'),
  }
}

const COMPARED = [
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-allow-origin',
  'access-control-expose-headers',
  'access-control-max-age',
  'allow',
  'cache-control',
  'content-type',
  'location',
  'retry-after',
  'www-authenticate',
  'x-content-type-options',
]

describe('the collector in front of Next and the edge route behind it', () => {
  it.each(Object.entries(CASES))('answer alike: %s', async (_, toRequest) => {
    const front = await ask(product.url, toRequest('front'))
    expect(front).toEqual(await ask(edge.url, toRequest('edge')))
  })

  it('were asked for every status that a sender can cause', async () => {
    const statuses = new Set<number>()
    for (const toRequest of Object.values(CASES)) statuses.add((await ask(product.url, toRequest('front'))).status)
    expect([...statuses].sort()).toEqual([200, 202, 204, 308, 400, 401, 403, 404, 405, 409, 413, 415, 422])
  })

  it('count in one place: what was collected in front is in Next’s metrics', async () => {
    const read = async (): Promise<number> => {
      const response = await fetch(`${product.url}/api/metrics`, { headers: SECRET })
      const line = /growth_requests_total\{[^}]*route="\/api\/analytics\/database-performance",status="202"\} (\d+)/
      return Number(line.exec(await response.text())?.[1] ?? 0)
    }
    const before = await read()
    await ask(product.url, (CASES.queries as Case)('front'))
    expect(await read()).toBe(before + 1)
  })
})
