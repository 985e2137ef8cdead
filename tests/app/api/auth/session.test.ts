import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { createProjectKey } from '../../../../lib/database/project-keys'
import { addMember } from '../../../lib/auth/fixtures'
import { PROJECT } from '../../../lib/database/ingest'
import { describeStores } from '../../../support/store'
import { call, PASSWORD } from '../install'
import { readSetCookies, toCookieHeader } from './cookies'

describeStores('GET /api/auth/session', (store) => {
  let id = ''
  let signedIn: Response
  beforeAll(async () => {
    id = await addMember(store, 'ann@example.com', PASSWORD, 'operator')
    signedIn = await call('POST', '/api/auth/sign-in', { body: { email: 'ann@example.com', password: PASSWORD } })
  })
  afterEach(() => vi.useRealTimers())

  const read = async (headers: Record<string, string>) => {
    const response = await call('GET', '/api/auth/session', { headers })
    return [response.status, await response.json()]
  }
  const accessToken = () => readSetCookies(signedIn)['growth-access']?.value ?? ''

  test('200 for the cookies of a session and for its token, with the roles as they are now', async () => {
    const member = { id, email: 'ann@example.com' }
    const answer = { data: { member, projects: [{ slug: 'default', name: 'Default', role: 'operator' }] } }
    expect(await read({ cookie: toCookieHeader(signedIn) })).toEqual([200, answer])
    expect(await read({ authorization: `Bearer ${accessToken()}` })).toEqual([200, answer])
    await store.sql("update public.members set role = 'viewer'")
    expect(await read({ cookie: toCookieHeader(signedIn) })).toMatchObject([
      200,
      { data: { projects: [{ role: 'viewer' }] } },
    ])
  })

  test('401 without a session, with a broken one, and with one that has run out', async () => {
    const [head, claims] = accessToken().split('.')
    for (const token of ['', 'x', `${head}.${claims}.`, `${head}.${claims}.AAAA`]) {
      expect(await read({ cookie: `growth-access=${token}` })).toMatchObject([
        401,
        { error: { code: 'unauthenticated' } },
      ])
    }
    expect(await read({})).toMatchObject([401, { error: { code: 'unauthenticated' } }])
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_601_000 })
    expect(await read({ cookie: toCookieHeader(signedIn) })).toMatchObject([401, {}])
  })

  test('403 for a key, which is nobody', async () => {
    const { key } = await createProjectKey(PROJECT, { kind: 'secret', label: '' })
    expect(await read({ authorization: `Bearer ${key}` })).toMatchObject([403, { error: { code: 'forbidden' } }])
  })
})
