import { randomUUID } from 'node:crypto'
import { afterEach, expect, test, vi } from 'vitest'
import { PROJECT_CACHE_MS } from '../../../../lib/database/project-cache'
import { expireKey } from '../../../support/expire-key'
import { describeStores } from '../../../support/store'
import { prepareInstall, toEvent } from '../install'

type Key = {
  id: string
  kind: string
  prefix: string
  label: string
  key: string
  revokedAt: string | null
  expiresAt: string | null
}

const DAY_MS = 86_400_000

describeStores('/api/projects/[slug]/keys', (store) => {
  const install = prepareInstall(store)
  afterEach(() => vi.useRealTimers())

  const ask = async (method: string, path = '', body?: unknown, cookie = install.cookies.admin) => {
    const response = await install.call(method, `/api/projects/default/keys${path}`, { headers: { cookie }, body })
    return {
      status: response.status,
      data: response.status < 204 ? ((await response.json()) as { data: Key }).data : null,
    }
  }
  const create = async (kind: 'publishable' | 'secret', label = '', rest: { expiresAt?: string } = {}) => {
    const { status, data } = await ask('POST', '', { kind, label, ...rest })
    expect(status).toBe(201)
    return data as Key
  }
  const list = async () => (await ask('GET')).data as unknown as Key[]
  /** The status of one event sent under the key, as a server does with a secret key and a page with a publishable one. */
  const collect = async ({ key }: { key: string }) => {
    const isSecret = key.startsWith('sk_')
    const response = await install.call('POST', '/api/analytics/events', {
      headers: isSecret ? { authorization: `Bearer ${key}` } : {},
      body: { ...(!isSecret && { key, sentAt: Date.now() }), events: [toEvent()] },
    })
    return response.status
  }
  /** What the collector knows of keys is this old at most. */
  const forgetKeys = () => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + PROJECT_CACHE_MS + 1 })

  test('POST is 201 and shows the key whole; no list does, and the store keeps none', async () => {
    for (const kind of ['publishable', 'secret'] as const) {
      const made = await create(kind, ' Nightly import ')
      expect(made).toMatchObject({ kind, label: 'Nightly import', prefix: made.key.slice(0, 10), revokedAt: null })
      expect(made.key).toMatch(kind === 'secret' ? /^sk_[\w-]{32}$/ : /^pk_[\w-]{32}$/)
      const keys = await list()
      expect(keys.find(({ id }) => id === made.id)).toEqual({ ...made, key: undefined })
      expect(JSON.stringify([keys, await store.sql('select * from public.project_keys')])).not.toContain(made.key)
      expect(await collect(made)).toBe(202)
    }
  })

  test('rotate is 201: the new key collects at once, the old one no more', async () => {
    for (const kind of ['publishable', 'secret'] as const) {
      const old = await create(kind, 'Shop')
      expect(await collect(old)).toBe(202)
      const { status, data } = await ask('POST', `/${old.id}/rotate`)
      const next = data as Key
      expect([status, next]).toMatchObject([201, { kind, label: 'Shop', revokedAt: null }])
      expect(next.key).not.toBe(old.key)
      expect(await collect(next)).toBe(202)
      forgetKeys()
      expect([await collect(old), await collect(next)]).toEqual([401, 202])
      expect((await list()).find(({ id }) => id === old.id)?.revokedAt).toMatch(/^\d{4}-.*Z$/)
      vi.useRealTimers()
    }
  })

  test('a key with an expiry collects until then; the collector follows within ten seconds and stores nothing more', async () => {
    const countEvents = async () => (await store.sql('select id from public.user_events')).length
    for (const kind of ['publishable', 'secret'] as const) {
      const expiresAt = new Date(Date.now() + 30 * DAY_MS).toISOString()
      const made = await create(kind, '', { expiresAt })
      expect(made.expiresAt).toBe(expiresAt)
      expect(await collect(made)).toBe(202)
      await expireKey(store, made.id)
      forgetKeys()
      const before = await countEvents()
      const isSecret = kind === 'secret'
      const response = await install.call('POST', '/api/analytics/events', {
        headers: isSecret ? { authorization: `Bearer ${made.key}` } : {},
        body: { ...(!isSecret && { key: made.key, sentAt: Date.now() }), events: [toEvent()] },
      })
      expect([response.status, await response.json()]).toMatchObject([401, { error: { code: 'unknown_key' } }])
      expect(await countEvents()).toBe(before)
      vi.useRealTimers()
      const listed = (await list()).find(({ id }) => id === made.id)
      expect([listed?.revokedAt, Date.parse(listed?.expiresAt ?? '') < Date.now()]).toEqual([null, true])
      expect((await ask('POST', `/${made.id}/rotate`)).status).toBe(404)
    }
  })

  test('an expired secret key reads nothing', async () => {
    const made = await create('secret', '', { expiresAt: new Date(Date.now() + DAY_MS).toISOString() })
    const read = async () =>
      (await install.call('GET', '/api/projects/default', { headers: { authorization: `Bearer ${made.key}` } })).status
    expect(await read()).not.toBe(401)
    await expireKey(store, made.id)
    forgetKeys()
    expect(await read()).toBe(401)
  })

  test('422 for an expiry that is not to come, with the issue', async () => {
    const before = await list()
    for (const expiresAt of [
      'tomorrow',
      '2027-02-20',
      new Date(Date.now() - 1_000).toISOString(),
      '9999-12-31T00:00:00Z',
    ]) {
      const response = await install.call('POST', '/api/projects/default/keys', {
        headers: { cookie: install.cookies.admin },
        body: { kind: 'secret', expiresAt },
      })
      expect([response.status, await response.json()]).toMatchObject([
        422,
        { error: { code: 'invalid_request', issues: [{ path: 'expiresAt', message: expect.any(String) }] } },
      ])
    }
    expect(await list()).toEqual(before)
  })

  test('DELETE is 204: the key is refused from then on, and can be neither revoked nor rotated again', async () => {
    const made = await create('secret')
    expect(await collect(made)).toBe(202)
    expect((await ask('DELETE', `/${made.id}`)).status).toBe(204)
    forgetKeys()
    expect(await collect(made)).toBe(401)
    const read = await install.call('GET', '/api/projects/default', {
      headers: { authorization: `Bearer ${made.key}` },
    })
    expect(read.status).toBe(401)
    expect((await ask('DELETE', `/${made.id}`)).status).toBe(404)
    expect((await ask('POST', `/${made.id}/rotate`)).status).toBe(404)
  })

  test('404 for a key of another project, which goes on working', async () => {
    const [{ id } = { id: '' }] = await store.sql<{ id: string }>(
      "select k.id::text from public.project_keys k join public.projects p on p.id = k.project_id where p.slug = 'other'",
    )
    for (const unknown of [id, randomUUID()]) {
      expect((await ask('DELETE', `/${unknown}`)).status).toBe(404)
      expect((await ask('POST', `/${unknown}/rotate`)).status).toBe(404)
    }
    expect((await list()).map((key) => key.id)).not.toContain(id)
    forgetKeys()
    expect(await collect({ key: install.otherSecretKey })).toBe(202)
  })

  test('403 for other roles and 404 for a stranger, who learn of no key and make none', async () => {
    const { id } = await create('secret')
    const before = await list()
    for (const [cookie, status] of [
      [install.cookies.operator, 403],
      [install.cookies.viewer, 403],
      [install.cookies.other, 404],
    ] as const) {
      expect(await ask('GET', '', undefined, cookie)).toEqual({ status, data: null })
      expect(await ask('POST', '', { kind: 'secret' }, cookie)).toEqual({ status, data: null })
      expect(await ask('POST', `/${id}/rotate`, undefined, cookie)).toEqual({ status, data: null })
      expect(await ask('DELETE', `/${id}`, undefined, cookie)).toEqual({ status, data: null })
    }
    expect(await list()).toEqual(before)
  })

  test('422 for another kind, a label that is no text, and an id that is none', async () => {
    const before = await list()
    for (const body of [
      {},
      { kind: 'admin' },
      { kind: 'secret', label: 'nul \0' },
      { kind: 'secret', key: 'sk_mine' },
    ]) {
      expect([body, (await ask('POST', '', body)).status]).toEqual([body, 422])
    }
    expect((await ask('DELETE', '/1')).status).toBe(422)
    expect((await ask('POST', '/1/rotate')).status).toBe(422)
    expect(await list()).toEqual(before)
  })
})
