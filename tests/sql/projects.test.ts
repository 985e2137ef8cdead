import { expect, test } from 'vitest'
import { describeStores } from '../support/store'
import { call, createProject } from './store-rows'

const HASH = 'a'.repeat(64)
const createKey = { p_kind: 'publishable', p_key_hash: HASH, p_prefix: 'pk_abc' }

type Project = {
  project_id: number
  slug: string
  name: string
  timezone: string
  kind?: string
  hash_key: string
  allowed_origins: string[]
  settings: object
}

describeStores('get_project_by_slug', (store) => {
  test('finds the default project, which exists from the start', async () => {
    const rows = await call<Project[]>(store, 'get_project_by_slug', { p_slug: 'default' })
    expect(rows).toEqual([
      {
        project_id: 1,
        slug: 'default',
        name: 'Default',
        timezone: 'UTC',
        hash_key: expect.stringMatching(/^[0-9a-f]{64}$/),
        allowed_origins: [],
        settings: {},
        secret_key_hashes: [],
      },
    ])
  })

  test('gives no row for a name that is unknown, and each project a hash key of its own', async () => {
    expect(await call(store, 'get_project_by_slug', { p_slug: 'nowhere' })).toEqual([])
    await createProject(store, 'second')
    const keys = await store.sql('select distinct hash_key from public.projects')
    expect(keys).toHaveLength(2)
  })

  test('takes as a slug only what fits into an address', async () => {
    for (const slug of ['', 'Upper', 'with space', '-leading', 'ü', 'a'.repeat(64)]) {
      await expect(createProject(store, slug), slug).rejects.toMatchObject({ code: '23514' })
    }
  })
})

describeStores('get_project_by_key', (store) => {
  test('finds the project and the kind of a key, until it is revoked', async () => {
    const other = await createProject(store, 'other')
    expect(await call(store, 'get_project_by_key', { p_key_hash: HASH })).toEqual([])
    const [key] = await call<{ id: string }[]>(store, 'create_project_key', { p_project_id: other, ...createKey })
    const [project] = await call<Project[]>(store, 'get_project_by_key', { p_key_hash: HASH })
    expect(project).toMatchObject({ project_id: other, slug: 'other', kind: 'publishable', timezone: 'UTC' })
    await call(store, 'revoke_project_key', { p_project_id: other, p_key_id: key?.id })
    expect(await call(store, 'get_project_by_key', { p_key_hash: HASH })).toEqual([])
  })

  test('gives no row without a key', async () => {
    expect(await call(store, 'get_project_by_key', { p_key_hash: null })).toEqual([])
    expect(await call(store, 'get_project_by_key', { p_key_hash: '' })).toEqual([])
  })
})

describeStores('update_project', (store) => {
  test('changes what is given and keeps the rest', async () => {
    const change = { p_name: 'Shop', p_timezone: 'Europe/Berlin', p_allowed_origins: ['https://shop.example'] }
    const changed = { name: 'Shop', timezone: 'Europe/Berlin', allowed_origins: ['https://shop.example'] }
    expect(await call(store, 'update_project', { p_project_id: 1, ...change })).toMatchObject([changed])
    expect(await call(store, 'update_project', { p_project_id: 1 })).toMatchObject([changed])
    expect(await call(store, 'update_project', { p_project_id: 1, p_allowed_origins: [] })).toMatchObject([
      { ...changed, allowed_origins: [] },
    ])
    expect(await call(store, 'get_project_by_slug', { p_slug: 'default' })).toMatchObject([{ name: 'Shop' }])
  })

  test('refuses a time zone that the server does not know, and an empty name', async () => {
    for (const change of [{ p_timezone: 'Mars/Olympus' }, { p_name: '' }]) {
      await expect(call(store, 'update_project', { p_project_id: 1, ...change })).rejects.toMatchObject({
        code: expect.stringMatching(/^2[23]/),
      })
    }
  })

  test('touches no other project', async () => {
    const other = await createProject(store, 'other')
    await call(store, 'update_project', { p_project_id: other, p_name: 'Mine' })
    expect(await call(store, 'update_project', { p_project_id: 4_711, p_name: 'Nobody’s' })).toEqual([])
    const names = await store.sql(
      "select name from public.projects where slug <> 'other' and name in ('Mine', 'Nobody’s')",
    )
    expect(names).toEqual([])
  })
})
