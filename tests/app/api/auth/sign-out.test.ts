import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { addMember } from '../../../lib/auth/fixtures'
import { startOtherAuth } from '../../../support/other-auth'
import { describeStores } from '../../../support/store'
import { call, PASSWORD } from '../install'
import { CLEARED, FOREIGN_PAGES, readSetCookies, toCookieHeader } from './cookies'

describeStores('POST /api/auth/sign-out', (store) => {
  let cookie = ''
  beforeAll(async () => {
    await addMember(store, 'ann@example.com', PASSWORD, 'viewer')
  })
  beforeEach(async () => {
    const body = { email: 'ann@example.com', password: PASSWORD }
    cookie = toCookieHeader(await call('POST', '/api/auth/sign-in', { body }))
  })
  afterEach(() => vi.restoreAllMocks())

  const signOut = async (headers: Record<string, string>) => {
    const response = await call('POST', '/api/auth/sign-out', { headers })
    return [response.status, readSetCookies(response)]
  }
  const withoutAccess = () => cookie.replace(/growth-access=[^;]+; /, '')
  const refresh = async () => (await call('POST', '/api/auth/refresh', { headers: { cookie } })).status

  test('204 ends the session in the browser, and its refresh token is dead', async () => {
    expect(await signOut({ cookie })).toEqual([204, CLEARED])
    expect(await refresh()).toBe(401)
  })

  test('204 ends the session also when its access token has run out', async () => {
    expect(await signOut({ cookie: withoutAccess() })).toEqual([204, CLEARED])
    expect(await refresh()).toBe(401)
  })

  test('204 without a session, too', async () => {
    expect(await signOut({})).toEqual([204, CLEARED])
    expect(await signOut({ cookie: 'growth-access=x; growth-refresh=x' })).toEqual([204, CLEARED])
  })

  test('204 ends the session in the browser also while Auth is out of order, and the log says so', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    const auth = await startOtherAuth(503, { msg: 'out of order' })
    try {
      expect(await signOut({ cookie })).toEqual([204, CLEARED])
      expect(await signOut({ cookie: withoutAccess() })).toEqual([204, CLEARED])
    } finally {
      auth.stop()
    }
    expect(auth.asked).toEqual(['POST /auth/v1/logout', 'POST /auth/v1/token'])
    expect(log.mock.calls.flat().filter((line) => line.includes('"sign_out_incomplete"'))).toHaveLength(2)
  })

  test('403 from a page of another site, and the session goes on', async () => {
    for (const foreign of FOREIGN_PAGES) expect(await signOut({ cookie, ...foreign })).toEqual([403, {}])
    expect(await refresh()).toBe(200)
  })
})
