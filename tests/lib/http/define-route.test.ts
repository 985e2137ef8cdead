import { afterEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { AppError } from '../../../lib/core/errors'
import { Answer } from '../../../lib/http/answer'
import { defineRoute } from '../../../lib/http/define-route'
import { createRateLimit } from '../../../lib/platform/rate-limit'

afterEach(() => vi.restoreAllMocks())
const get = (path = '/', headers: Record<string, string> = {}) => new Request(`http://localhost${path}`, { headers })
const post = (body: string, headers: Record<string, string> = {}) =>
  new Request('http://localhost/', { method: 'POST', body, headers: { host: 'localhost', ...headers } })

describe('a route', () => {
  test('answers data under its envelope, with an id, never cached, never sniffed', async () => {
    const response = await defineRoute('/x', { permission: 'public' }, () => ({ a: 1 }))(get())
    expect([response.status, await response.json()]).toEqual([200, { data: { a: 1 } }])
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('server-timing')).toMatch(/^total;dur=\d/)
  })

  test('answers with the status, meta and cookies it is told, and bare when it says so', async () => {
    const made = defineRoute(
      '/x',
      { permission: 'public' },
      () => new Answer(1, { status: 202, meta: { b: 2 }, cookies: ['c=1'] }),
    )
    const response = await made(get())
    expect([response.status, await response.json()]).toEqual([202, { data: 1, meta: { b: 2 } }])
    expect(response.headers.getSetCookie()).toEqual(['c=1'])
    const bare = await defineRoute('/x', { permission: 'public' }, () => Response.json({ ok: 1 }))(get())
    expect(await bare.json()).toEqual({ ok: 1 })
  })

  test('gives its handler what the schemas made of query, params and body', async () => {
    const declaration = {
      permission: 'public',
      query: z.object({ n: z.coerce.number() }),
      params: z.object({ id: z.string() }),
      body: z.object({ a: z.string().default('x') }),
    } as const
    const route = defineRoute('/x', declaration, ({ query, params, body }) => ({ ...query, ...params, ...body }))
    const request = new Request('http://localhost/?n=5', { method: 'POST', body: '{}' })
    expect(await (await route(request, { params: Promise.resolve({ id: 'i' }) })).json()).toEqual({
      data: { n: 5, id: 'i', a: 'x' },
    })
  })

  test('says where the input is wrong', async () => {
    const route = defineRoute('/x', { permission: 'public', body: z.object({ a: z.array(z.int()) }) }, () => null)
    const { error } = (await (await route(post('{"a":[1,"x"]}'))).json()) as { error: Record<string, unknown> }
    expect(error).toMatchObject({ code: 'invalid_request', issues: [{ path: 'a.1' }] })
    expect((await route(post('{'))).status).toBe(400)
    expect((await route(post(`{"a":"${'x'.repeat(70_000)}"}`))).status).toBe(413)
  })

  test('turns an AppError into its status, and shows nothing of any other', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const fail = (error: unknown) =>
      defineRoute('/x', { permission: 'public' }, () => {
        throw error
      })(get())
    const away = await fail(new AppError('store_unavailable', 'Away.', { retryAfterMs: 1_200, details: { since: 5 } }))
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '2'])
    expect(await away.json()).toMatchObject({ error: { code: 'store_unavailable', message: 'Away.', since: 5 } })
    const broken = await fail(new Error('password=hunter2'))
    expect(broken.status).toBe(500)
    const text = await broken.text()
    expect(text).not.toContain('hunter2')
    const line = JSON.parse(String(log.mock.calls.at(-1)?.[0]))
    expect(line).toMatchObject({ event: 'request_failed', route: '/x', requestId: broken.headers.get('x-request-id') })
    expect([...broken.headers.keys()].filter((name) => name.startsWith('x-growth'))).toEqual([])
  })

  test('ends at its deadline', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    let reason: unknown
    const route = defineRoute('/x', { permission: 'public', deadlineMs: 1 }, ({ signal }) => {
      signal.addEventListener('abort', () => {
        reason = signal.reason
      })
      return new Promise(() => {})
    })
    expect((await route(get())).status).toBe(503)
    expect(reason).toMatchObject({ code: 'deadline_exceeded' })
  })

  test('limits and says when to come back', async () => {
    const route = defineRoute(
      '/x',
      { permission: 'public', limit: createRateLimit({ perSecond: 0.1, burst: 1 }) },
      () => 1,
    )
    expect((await route(get())).status).toBe(200)
    const refused = await route(get())
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true])
  })

  test('that takes only our own pages refuses others’ before anything else', async () => {
    const route = defineRoute('/x', { permission: 'public', isSameOriginOnly: true }, () => 1)
    expect((await route(post('', { origin: 'http://localhost' }))).status).toBe(200)
    expect((await route(post(''))).status).toBe(200)
    expect((await route(post('', { origin: 'http://evil.example' }))).status).toBe(403)
    expect((await route(post('', { 'sec-fetch-site': 'cross-site' }))).status).toBe(403)
  })

  test('lets other origins read its answers only where it says so', async () => {
    const origin = { origin: 'https://shop.example' }
    const open = await defineRoute('/x', { permission: 'public', isCrossOrigin: true }, () => 1)(get('/', origin))
    expect(open.headers.get('access-control-allow-origin')).toBe('https://shop.example')
    const closed = await defineRoute('/x', { permission: 'public' }, () => 1)(get('/', origin))
    expect(closed.headers.has('access-control-allow-origin')).toBe(false)
  })
})
