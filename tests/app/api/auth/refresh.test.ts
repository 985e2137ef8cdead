import { beforeAll, describe, expect, test, vi } from 'vitest'
import { addMember } from '../../../lib/auth/fixtures'
import { startOtherAuth } from '../../../support/other-auth'
import { describeStores } from '../../../support/store'
import { call, PASSWORD } from '../install'
import { CLEARED, FOREIGN_PAGES, readSetCookies, toCookieHeader } from './cookies'

describeStores('/api/auth/refresh', (store) => {
  let cookie = ''
  beforeAll(async () => {
    await addMember(store, 'ann@example.com', PASSWORD, 'viewer')
    const body = { email: 'ann@example.com', password: PASSWORD }
    cookie = toCookieHeader(await call('POST', '/api/auth/sign-in', { body }))
  })

  /** A refresh token that was exchanged so long ago that whoever sends it again stole it. */
  const spend = async () => {
    const spent = cookie
    cookie = toCookieHeader(await call('POST', '/api/auth/refresh', { headers: { cookie } }))
    await store.sql("update auth.refresh_tokens set revoked_at = revoked_at - interval '1 hour'")
    return spent
  }
  const toPage = async (next: string, headers: Record<string, string> = { cookie }) => {
    const response = await call('GET', `/api/auth/refresh?next=${encodeURIComponent(next)}`, { headers })
    return { response, location: response.headers.get('location') }
  }

  describe('POST', () => {
    test('200 gives new cookies, and no token in the body', async () => {
      const response = await call('POST', '/api/auth/refresh', { headers: { cookie } })
      const text = await response.text()
      expect([response.status, JSON.parse(text)]).toMatchObject([
        200,
        { data: { member: { email: 'ann@example.com' } } },
      ])
      const cookies = readSetCookies(response)
      for (const name of ['growth-access', 'growth-refresh']) {
        const value = cookies[name]?.value ?? ''
        expect(value.length).toBeGreaterThan(20)
        expect(text).not.toContain(value)
        expect(cookies[name]?.attributes).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Lax']))
      }
      expect(cookie).not.toContain(cookies['growth-refresh']?.value)
      cookie = toCookieHeader(response)
      expect((await call('GET', '/api/auth/session', { headers: { cookie } })).status).toBe(200)
    })

    test('401 without a refresh token and with an unknown one', async () => {
      for (const headers of [{}, { cookie: 'growth-refresh=unknown' }, { cookie: 'growth-refresh=' }]) {
        const response = await call('POST', '/api/auth/refresh', { headers })
        expect([response.status, await response.json()]).toMatchObject([401, { error: { code: 'unauthenticated' } }])
      }
    })

    test('403 from a page of another site, and the token is not spent', async () => {
      for (const foreign of FOREIGN_PAGES) {
        const response = await call('POST', '/api/auth/refresh', { headers: { cookie, ...foreign } })
        expect([response.status, response.headers.getSetCookie()]).toEqual([403, []])
      }
      const tokens = await store.sql<{ count: number }>(
        'select count(*)::int as count from auth.refresh_tokens where revoked_at is null',
      )
      expect(tokens).toEqual([{ count: 1 }])
    })
  })

  test('503 after one question while Auth is out of order, and the session goes on', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const auth = await startOtherAuth(503, { msg: 'out of order' })
    try {
      for (const [method, path] of [
        ['POST', '/api/auth/refresh'],
        ['GET', '/api/auth/refresh?next=/admin'],
      ] as const) {
        const { status, headers } = await call(method, path, { headers: { cookie } })
        expect([status, headers.get('retry-after'), headers.getSetCookie()]).toEqual([503, '2', []])
      }
    } finally {
      auth.stop()
      log.mockRestore()
    }
    // Asked again behind the browser's back, Auth could spend the token with nobody there to take the next one.
    expect(auth.asked).toEqual(['POST /auth/v1/token', 'POST /auth/v1/token'])
    cookie = toCookieHeader(await call('POST', '/api/auth/refresh', { headers: { cookie } }))
    expect(cookie).toContain('growth-refresh=')
  })

  describe('GET', () => {
    test('307 goes on to the page with new cookies', async () => {
      const { response, location } = await toPage('/admin/settings?range=7d')
      expect([response.status, location]).toEqual([307, '/admin/settings?range=7d'])
      expect(response.headers.get('cache-control')).toBe('no-store')
      cookie = toCookieHeader(response)
      expect((await call('GET', '/api/auth/session', { headers: { cookie } })).status).toBe(200)
    })

    test('307 goes to pages of this product only, with a session and without', async () => {
      for (const next of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '']) {
        expect((await toPage(next)).location).toBe('/admin')
        expect((await toPage(next, {})).location).toBe('/sign-in?next=%2Fadmin')
      }
      expect((await toPage('/api/auth/refresh?next=/admin')).location).toBe('/admin')
    })

    test('307 asks for a password when the token is missing, unknown or spent, and ends the session in the browser', async () => {
      const spent = await spend()
      for (const headers of [{}, { cookie: 'growth-session=1; growth-refresh=unknown' }, { cookie: spent }]) {
        const { response, location } = await toPage('/admin/funnels', headers as Record<string, string>)
        expect([response.status, location]).toEqual([307, '/sign-in?next=%2Fadmin%2Ffunnels'])
        expect(readSetCookies(response)).toEqual(CLEARED)
      }
      // A token sent again long after it was exchanged ends the session of both who hold it.
      expect((await call('POST', '/api/auth/refresh', { headers: { cookie } })).status).toBe(401)
    })
  })
})
