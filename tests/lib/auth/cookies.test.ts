import { expect, test } from 'vitest'
import { ACCESS_COOKIE, readCookie, toClearedCookies, toSessionCookies } from '../../../lib/auth/cookies'

const tokens = { accessToken: 'a.b.c', refreshToken: 'r', expiresInSeconds: 3_600 }

test('keeps tokens from scripts and other sites, and the refresh token to its own routes', () => {
  const cookies = toSessionCookies(tokens, true)
  expect(cookies).toHaveLength(3)
  for (const cookie of cookies) expect(cookie).toMatch(/; HttpOnly; SameSite=Lax; Secure$/)
  expect(cookies[0]).toContain('growth-access=a.b.c; Path=/; Max-Age=3600')
  expect(cookies[1]).toContain('growth-refresh=r; Path=/api/auth;')
})

test('leaves Secure out where https is not spoken, as the browser would drop the cookie', () => {
  for (const cookie of toSessionCookies(tokens, false)) expect(cookie).not.toContain('Secure')
})

test('clears every cookie that it sets, on the same path', () => {
  const key = (cookie: string) => `${cookie.split('=')[0]} ${/Path=[^;]+/.exec(cookie)?.[0]}`
  expect(toClearedCookies(true).map(key)).toEqual(toSessionCookies(tokens, true).map(key))
  for (const cookie of toClearedCookies(false)) expect(cookie).toContain('Max-Age=0')
})

test('reads one cookie by its whole name', () => {
  const headers = new Headers({ cookie: 'x-growth-access=no; growth-access=t.o=k; other=1' })
  expect(readCookie(headers, ACCESS_COOKIE)).toBe('t.o=k')
  expect(readCookie(new Headers(), ACCESS_COOKIE)).toBeUndefined()
})
