import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { addMember } from '../../../lib/auth/fixtures'
import { type OtherAuth, REFUSAL, startOtherAuth } from '../../../support/other-auth'
import { describeStores } from '../../../support/store'
import { call, PASSWORD } from '../install'
import { FOREIGN_PAGES, readSetCookies } from './cookies'

const signIn = (body: unknown, headers: Record<string, string> = {}) =>
  call('POST', '/api/auth/sign-in', { body, headers })
const readError = async (response: Response) => {
  const { error } = (await response.json()) as { error: { code: string; message: string } }
  return { status: response.status, code: error.code, message: error.message }
}

describeStores('POST /api/auth/sign-in', (store) => {
  let id = ''
  beforeAll(async () => {
    id = await addMember(store, 'ann@example.com', PASSWORD, 'viewer')
  })

  test('200 says who one is; the tokens are in cookies that no script can read, and nowhere else', async () => {
    const response = await signIn({ email: 'Ann@Example.com', password: PASSWORD })
    const text = await response.text()
    expect(response.status).toBe(200)
    expect(JSON.parse(text)).toEqual({
      data: {
        member: { id, email: 'ann@example.com' },
        projects: [{ slug: 'default', name: 'Default', role: 'viewer' }],
      },
    })
    expect(response.headers.get('cache-control')).toBe('no-store')
    const cookies = readSetCookies(response)
    expect(Object.keys(cookies)).toEqual(['growth-access', 'growth-refresh', 'growth-session'])
    expect(cookies['growth-refresh']?.attributes).toContain('Path=/api/auth')
    for (const { attributes } of Object.values(cookies)) {
      expect(attributes).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Lax']))
      expect(attributes).not.toContain('Secure')
    }
    for (const name of ['growth-access', 'growth-refresh']) {
      expect(cookies[name]?.value.length).toBeGreaterThan(20)
      expect(text).not.toContain(cookies[name]?.value)
    }
  })

  test('200 behind https keeps the cookies to https', async () => {
    const response = await signIn({ email: 'ann@example.com', password: PASSWORD }, { 'x-forwarded-proto': 'https' })
    for (const { attributes } of Object.values(readSetCookies(response))) expect(attributes).toContain('Secure')
  })

  test('401 in the same words for a wrong password and an unknown address, and no cookie', async () => {
    const wrong = await signIn({ email: 'ann@example.com', password: 'wrong' })
    const unknown = await signIn({ email: 'nobody@example.com', password: PASSWORD })
    expect([...wrong.headers.getSetCookie(), ...unknown.headers.getSetCookie()]).toEqual([])
    const refusal = await readError(wrong)
    expect(refusal).toMatchObject({ status: 401, code: 'invalid_credentials' })
    expect(await readError(unknown)).toEqual(refusal)
  })

  test('403 from a page of another site, even with the right password', async () => {
    for (const headers of FOREIGN_PAGES) {
      const response = await signIn({ email: 'ann@example.com', password: PASSWORD }, headers)
      expect(response.headers.getSetCookie()).toEqual([])
      expect(await readError(response)).toMatchObject({ status: 403, code: 'origin_not_allowed' })
    }
  })

  test('422 for another shape, with what is wrong', async () => {
    const shapes: [unknown, string][] = [
      [{ email: 'ann', password: 'x' }, 'email'],
      [{ email: 'ann@example.com' }, 'password'],
      [{ email: 'ann@example.com', password: '' }, 'password'],
      [{ email: 'ann@example.com', password: 'x'.repeat(1_025) }, 'password'],
      [{ email: ['ann@example.com'], password: 'x' }, 'email'],
      [{ email: 'ann@example.com', password: 'x', role: 'admin' }, ''],
      [null, ''],
    ]
    for (const [body, path] of shapes) {
      const response = await signIn(body)
      expect([path, response.status]).toEqual([path, 422])
      expect(await response.json()).toMatchObject({ error: { code: 'invalid_request', issues: [{ path }] } })
    }
  })
})

// The limits are about attempts that fail, so an Auth that refuses everybody at once stands in for one that computes scrypt.
describe('POST /api/auth/sign-in, again and again', () => {
  let auth: OtherAuth
  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 4, 1) })
    auth = await startOtherAuth(400, REFUSAL)
  })
  afterAll(() => {
    vi.useRealTimers()
    auth.stop()
  })

  const attempt = async (name: string, address: string) => {
    const headers = { 'x-growth-peer-address': address }
    const response = await signIn({ email: `${name}@example.com`, password: 'wrong' }, headers)
    return [response.status, response.headers.get('retry-after')]
  }

  test('429 for an account after ten attempts from wherever, with when to come back', async () => {
    for (let i = 0; i < 10; i += 1)
      expect(await attempt(i % 2 ? 'cleo' : 'CLEO', `203.0.113.${i}`)).toEqual([401, null])
    expect(await attempt('cleo', '203.0.113.99')).toEqual([429, '30'])
    expect(await attempt('dora', '203.0.113.99')).toEqual([401, null])
    vi.setSystemTime(Date.now() + 30_000)
    expect(await attempt('cleo', '203.0.113.99')).toEqual([401, null])
    expect(await attempt('cleo', '203.0.113.99')).toEqual([429, '30'])
  })

  test('429 for an address after thirty attempts at whatever account, with when to come back', async () => {
    for (let i = 0; i < 30; i += 1) expect(await attempt(`guess${i}`, '198.51.100.1')).toEqual([401, null])
    expect(await attempt('guess30', '198.51.100.1')).toEqual([429, '5'])
    expect(await attempt('guess30', '198.51.100.2')).toEqual([401, null])
    vi.setSystemTime(Date.now() + 5_000)
    expect(await attempt('guess31', '198.51.100.1')).toEqual([401, null])
  })
})
