import { SignJWT } from 'jose'
import { NextRequest } from 'next/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { resetEnv } from '../lib/platform/env'
import { config, proxy } from '../proxy'

const SECRET = 'a secret of the tests, longer than 32 characters'
const ID = '3f0c5b1e-3b2e-4b1a-9c55-0d1f2a3b4c5d'

const visit = (path: string, headers: Record<string, string> = {}) =>
  proxy(new NextRequest(new URL(path, 'http://growth.example'), { headers }))
const toToken = (role: string, expiresAtS: number, secret = SECRET) =>
  new SignJWT({ email: 'ann@example.com', role })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(ID)
    .setExpirationTime(expiresAtS)
    .sign(new TextEncoder().encode(secret))
const inAnHour = () => Math.floor(Date.now() / 1_000) + 3_600

describe('before every page', () => {
  const before = process.env.JWT_SECRET
  beforeAll(() => {
    process.env.JWT_SECRET = SECRET
    resetEnv()
  })
  afterAll(() => {
    if (before === undefined) delete process.env.JWT_SECRET
    else process.env.JWT_SECRET = before
    resetEnv()
  })

  test('a page under /admin without a session is 307 to sign-in, and comes back to itself', async () => {
    for (const path of ['/admin', '/admin/settings?range=7d&project=a%2Fb', '/admin//evil.example', '/admin/%0d%0a']) {
      const response = await visit(path)
      const to = new URL(response.headers.get('location') ?? '')
      expect([response.status, to.origin, to.pathname]).toEqual([307, 'http://growth.example', '/sign-in'])
      expect([...to.searchParams]).toEqual([['next', path]])
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(await response.text()).toBe('')
    }
  })

  test('the way back is the page itself, whatever its query says', async () => {
    const response = await visit('/admin?next=https://evil.example')
    const next = new URL(response.headers.get('location') ?? '').searchParams.getAll('next')
    expect(next).toEqual(['/admin?next=https://evil.example'])
  })

  test('a session whose access token has run out is refreshed first', async () => {
    for (const access of ['', `growth-access=${await toToken('authenticated', 1)}; `]) {
      const response = await visit('/admin/funnels', { cookie: `${access}growth-session=1` })
      const to = new URL(response.headers.get('location') ?? '')
      expect([response.status, to.pathname, to.search]).toEqual([307, '/api/auth/refresh', '?next=%2Fadmin%2Ffunnels'])
    }
  })

  test('only a token of a signed-in person, signed by us, opens /admin', async () => {
    const open = await visit('/admin', { cookie: `growth-access=${await toToken('authenticated', inAnHour())}` })
    expect([open.status, open.headers.has('location')]).toEqual([200, false])
    const [, claims] = (await toToken('authenticated', inAnHour())).split('.')
    const refused = [
      await toToken('service_role', inAnHour()),
      await toToken('authenticated', inAnHour(), `another ${SECRET}`),
      `${btoa('{"alg":"HS256"}')}.${claims}.`,
      'x',
      '',
    ]
    for (const token of refused) {
      expect([token, (await visit('/admin', { cookie: `growth-access=${token}` })).status]).toEqual([token, 307])
    }
  })

  test('other pages are open', async () => {
    for (const path of ['/', '/demo', '/sign-in', '/administration']) expect((await visit(path)).status).toBe(200)
  })

  test('each page has a nonce of its own, which its renderer is told, and runs no other inline script', async () => {
    const nonces = new Set<string>()
    for (const path of ['/', '/', '/demo', '/sign-in']) {
      // What a client says about the nonce counts for nothing.
      const { headers } = await visit(path, {
        'x-nonce': 'mine',
        'content-security-policy': "script-src 'unsafe-inline'",
      })
      const policy = headers.get('content-security-policy') ?? ''
      const script = /script-src ([^;]*)/.exec(policy)?.[1] ?? ''
      const nonce = /'nonce-([^']+)'/.exec(script)?.[1] ?? ''
      expect(script).not.toContain('unsafe')
      expect(atob(nonce)).toHaveLength(16)
      expect(headers.get('x-middleware-request-x-nonce')).toBe(nonce)
      expect(headers.get('x-middleware-request-content-security-policy')).toBe(policy)
      nonces.add(nonce)
    }
    expect(nonces.size).toBe(4)
  })

  test('a redirect carries the security headers, too; https is asked for only where it is spoken', async () => {
    const plain = await visit('/admin')
    expect(plain.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(plain.headers.has('strict-transport-security')).toBe(false)
    const secure = await visit('/admin', { 'x-forwarded-proto': 'https' })
    expect(secure.headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}/)
  })
})

test('every page is matched, and neither an API nor a file', () => {
  const [{ source }] = config.matcher as [{ source: string }]
  const isMatched = (path: string) => new RegExp(`^${source}$`).test(path)
  for (const path of ['/', '/admin', '/admin/settings', '/demo/recipes/1', '/sign-in', '/t', '/apis', '/_g']) {
    expect([path, isMatched(path)]).toEqual([path, true])
  }
  for (const path of [
    '/api/auth/sign-in',
    '/_g/events',
    '/supabase/rest/v1/x',
    '/_next/static/a.js',
    '/t.js',
    '/favicon.ico',
  ]) {
    expect([path, isMatched(path)]).toEqual([path, false])
  }
})
