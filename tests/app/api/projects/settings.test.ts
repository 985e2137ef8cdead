import { expect, test } from 'vitest'
import { DEFAULT_POLICY } from '../../../../lib/contracts/project-policy'
import { describeStores } from '../../../support/store'
import { prepareInstall } from '../install'

const SETTINGS = { slug: 'default', name: 'Default', timezone: 'UTC', allowedOrigins: [], settings: DEFAULT_POLICY }

describeStores('/api/projects/[slug]', (store) => {
  const install = prepareInstall(store)

  const read = async (cookie: string, slug = 'default') => {
    const response = await install.call('GET', `/api/projects/${slug}`, { headers: { cookie } })
    return [response.status, await response.json()]
  }
  const change = async (body: unknown, headers: Record<string, string> = { cookie: install.cookies.admin }) => {
    const response = await install.call('PATCH', '/api/projects/default', { headers, body })
    return [response.status, await response.json()]
  }

  test('GET is 200 for every role, without the project’s secrets, and 404 for a stranger', async () => {
    for (const role of ['admin', 'operator', 'viewer'] as const) {
      expect(await read(install.cookies[role])).toEqual([200, { data: SETTINGS }])
    }
    expect(await read(install.cookies.other)).toMatchObject([404, { error: { code: 'not_found' } }])
  })

  test('PATCH is 200, changes what is given and keeps the rest, and answers all as it is then', async () => {
    const name = { ...SETTINGS, name: 'Shop “Zürich” 🛒' }
    expect(await change({ name: ` ${name.name} ` })).toEqual([200, { data: name }])
    const all = { ...name, timezone: 'Europe/Vienna', allowedOrigins: ['https://shop.example'] }
    const patch = { timezone: 'Europe/Vienna', allowedOrigins: ['HTTPS://shop.example'] }
    expect(await change(patch)).toEqual([200, { data: all }])
    expect(await change({})).toEqual([200, { data: all }])
    expect(await read(install.cookies.viewer)).toEqual([200, { data: all }])
    expect(await read(install.cookies.other, 'other')).toMatchObject([200, { data: { name: 'Other' } }])
  })

  test('PATCH merges what is kept of people field by field', async () => {
    const [, { data: before }] = await read(install.cookies.admin)
    const first = { keepsAddresses: true, scrubs: { card: false }, retentionDays: { events: 90 } }
    await change({ settings: first })
    const [status, { data }] = await change({ settings: { deniedProperties: ['colour'], retentionDays: { ai: 30 } } })
    expect([status, data]).toEqual([
      200,
      {
        ...before,
        settings: {
          ...DEFAULT_POLICY,
          keepsAddresses: true,
          deniedProperties: ['colour'],
          scrubs: { email: true, card: false, token: true },
          retentionDays: { events: 90, conversions: null, vitals: null, ai: 30, database: null },
        },
      },
    ])
    expect(await read(install.cookies.viewer)).toEqual([200, { data }])
    const [, { data: after }] = await change({ settings: { retentionDays: { events: null } } })
    expect(after.settings.retentionDays).toMatchObject({ events: null, ai: 30 })
  })

  test('PATCH is 403 for other roles and from a page of another site, 404 for a stranger, and changes nothing', async () => {
    const [, before] = await read(install.cookies.admin)
    for (const role of ['operator', 'viewer'] as const) {
      expect(await change({ name: 'Mine' }, { cookie: install.cookies[role] })).toMatchObject([403, {}])
    }
    const foreign = { cookie: install.cookies.admin, origin: 'https://evil.example' }
    expect(await change({ name: 'Mine' }, foreign)).toMatchObject([403, { error: { code: 'origin_not_allowed' } }])
    expect(await change({ name: 'Mine' }, { cookie: install.cookies.other })).toMatchObject([404, {}])
    expect(await read(install.cookies.admin)).toEqual([200, before])
  })

  test('PATCH is 422 for what no project can have, with what is wrong', async () => {
    const [, before] = await read(install.cookies.admin)
    const patches: [unknown, string][] = [
      [{ name: ' ' }, 'name'],
      [{ name: 'nul \0' }, 'name'],
      [{ name: 'half a character \ud83d' }, 'name'],
      [{ timezone: 'Europe/Atlantis' }, 'timezone'],
      // Known to Intl, as one of ICU's old abbreviations, and not to Postgres.
      [{ name: 'Unseen', timezone: 'AET' }, 'timezone'],
      [{ allowedOrigins: ['https://shop.example/path'] }, 'allowedOrigins.0'],
      [{ allowedOrigins: ['*'] }, 'allowedOrigins.0'],
      [{ allowedOrigins: null }, 'allowedOrigins'],
      [{ slug: 'mine' }, ''],
      [{ name: 'Unseen', settings: { honoursGpc: 'no' } }, 'settings.honoursGpc'],
      [{ settings: { keepsEverything: true } }, 'settings'],
      [{ settings: { deniedProperties: [''] } }, 'settings.deniedProperties.0'],
      [{ settings: { scrubs: { email: null } } }, 'settings.scrubs.email'],
      [{ settings: { retentionDays: { events: 0 } } }, 'settings.retentionDays.events'],
      [{ settings: null }, 'settings'],
      [[], ''],
    ]
    for (const [patch, path] of patches) {
      const answer = await change(patch)
      expect([patch, answer]).toMatchObject([patch, [422, { error: { code: 'invalid_request', issues: [{ path }] } }]])
    }
    expect(await read(install.cookies.admin)).toEqual([200, before])
  })
})
