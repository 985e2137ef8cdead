import { beforeAll, beforeEach, expect, test } from 'vitest'
import { describeStores, type TestStore } from '../support/store'
import { call, createProject, uuid } from './store-rows'

type Key = { id: string; kind: string; prefix: string; label: string; created_at: string; revoked_at: string | null }

/** The hash of a key, as told apart by one hex digit. */
const hash = (digit: string) => digit.repeat(64)

/** Arguments that make a publishable key. */
const publishable = (digit: string, label = 'web') => ({
  p_kind: 'publishable',
  p_key_hash: hash(digit),
  p_prefix: `pk_${digit}`,
  p_label: label,
})

async function one(answer: Promise<Key[]>): Promise<Key> {
  const [key] = await answer
  if (!key) throw new Error('expected a key')
  return key
}

async function readKinds(store: TestStore, digits: string): Promise<(string | undefined)[]> {
  const found = [...digits].map((digit) =>
    call<{ kind: string }[]>(store, 'get_project_by_key', { p_key_hash: hash(digit) }),
  )
  return (await Promise.all(found)).map(([row]) => row?.kind)
}

describeStores('project keys', (store) => {
  let other = 0
  beforeAll(async () => {
    other = await createProject(store, 'other')
  })
  beforeEach(() => store.sql('truncate public.project_keys'))

  test('create_project_key adds a key and never stores it', async () => {
    const key = await one(call(store, 'create_project_key', { p_project_id: 1, ...publishable('a') }))
    expect(key).toMatchObject({ kind: 'publishable', prefix: 'pk_a', label: 'web', revoked_at: null })
    expect(Object.keys(key)).not.toContain('key_hash')
    expect(await readKinds(store, 'ab')).toEqual(['publishable', undefined])
  })

  test('create_project_key refuses a known key, a hash that is none, another kind, and an unknown project', async () => {
    await call(store, 'create_project_key', { p_project_id: 1, ...publishable('a') })
    const refused = async (change: object) =>
      call(store, 'create_project_key', { p_project_id: other, ...publishable('b'), ...change }).catch(
        (error) => error.code,
      )
    expect(await refused({ p_key_hash: hash('a') })).toBe('23505')
    expect(await refused({ p_key_hash: 'pk_the_key_itself' })).toBe('23514')
    expect(await refused({ p_kind: 'root' })).toBe('23514')
    expect(await refused({ p_project_id: 4_711 })).toBe('23503')
  })

  test('ensure_project_key adds a key once, also when many start at the same time', async () => {
    const start = () => call<Key[]>(store, 'ensure_project_key', { p_slug: 'default', ...publishable('a') })
    const keys = await Promise.all(Array.from({ length: 8 }, () => one(start())))
    expect(new Set(keys.map((key) => key.id)).size).toBe(1)
    expect(await call(store, 'get_project_keys', { p_project_id: 1 })).toHaveLength(1)
  })

  test('ensure_project_key leaves a revoked key revoked', async () => {
    const ensure = () => one(call(store, 'ensure_project_key', { p_slug: 'default', ...publishable('a') }))
    await call(store, 'revoke_project_key', { p_project_id: 1, p_key_id: (await ensure()).id })
    expect((await ensure()).revoked_at).not.toBeNull()
    expect(await readKinds(store, 'a')).toEqual([undefined])
  })

  test('ensure_project_key refuses a key of another project or kind, and an unknown project', async () => {
    await call(store, 'create_project_key', { p_project_id: other, ...publishable('a') })
    const refused = (change: object) =>
      call(store, 'ensure_project_key', { p_slug: 'other', ...publishable('a'), ...change }).catch(
        (error) => error.message,
      )
    expect(await refused({ p_slug: 'default' })).toBe('key_in_use')
    expect(await refused({ p_kind: 'secret' })).toBe('key_in_use')
    expect(await refused({ p_slug: 'nowhere' })).toBe('unknown_project')
  })

  test('get_project_keys lists the keys of one project, the oldest first and the revoked too', async () => {
    const first = await one(call(store, 'create_project_key', { p_project_id: 1, ...publishable('a') }))
    await call(store, 'create_project_key', { p_project_id: 1, ...publishable('b'), p_kind: 'secret' })
    await call(store, 'create_project_key', { p_project_id: other, ...publishable('c') })
    await call(store, 'revoke_project_key', { p_project_id: 1, p_key_id: first.id })
    const keys = await call<Key[]>(store, 'get_project_keys', { p_project_id: 1 })
    expect(keys.map((key) => [key.prefix, key.kind, key.revoked_at !== null])).toEqual([
      ['pk_a', 'publishable', true],
      ['pk_b', 'secret', false],
    ])
  })

  test('rotate_project_key puts a key of the same kind and label in the place of the old one', async () => {
    const old = await one(
      call(store, 'create_project_key', { p_project_id: 1, ...publishable('a', 'shop'), p_kind: 'secret' }),
    )
    const replace = { p_project_id: 1, p_key_id: old.id, p_key_hash: hash('b'), p_prefix: 'sk_b' }
    const next = await one(call(store, 'rotate_project_key', replace))
    expect(next).toMatchObject({ kind: 'secret', label: 'shop', prefix: 'sk_b', revoked_at: null })
    expect(await readKinds(store, 'ab')).toEqual([undefined, 'secret'])
    // It is revoked by now: there is nothing to replace.
    expect(await call(store, 'rotate_project_key', { ...replace, p_key_hash: hash('c') })).toEqual([])
    expect(await readKinds(store, 'abc')).toEqual([undefined, 'secret', undefined])
  })

  test('rotate_project_key keeps the old key when the new one cannot be stored', async () => {
    const old = await one(call(store, 'create_project_key', { p_project_id: 1, ...publishable('a') }))
    const replace = { p_project_id: 1, p_key_id: old.id, p_key_hash: 'no hash', p_prefix: 'pk_b' }
    await expect(call(store, 'rotate_project_key', replace)).rejects.toMatchObject({ code: '23514' })
    expect(await readKinds(store, 'a')).toEqual(['publishable'])
  })

  test('revoke_project_key ends a key once', async () => {
    const key = await one(call(store, 'create_project_key', { p_project_id: 1, ...publishable('a') }))
    const revoke = () => one(call(store, 'revoke_project_key', { p_project_id: 1, p_key_id: key.id }))
    const { revoked_at } = await revoke()
    expect(revoked_at).not.toBeNull()
    expect(await revoke()).toMatchObject({ revoked_at })
    expect(await call(store, 'revoke_project_key', { p_project_id: 1, p_key_id: uuid(1) })).toEqual([])
  })

  test('a key of another project can be neither rotated nor revoked', async () => {
    const key = await one(call(store, 'create_project_key', { p_project_id: other, ...publishable('a') }))
    const replace = { p_project_id: 1, p_key_id: key.id, p_key_hash: hash('b'), p_prefix: 'pk_b' }
    expect(await call(store, 'rotate_project_key', replace)).toEqual([])
    expect(await call(store, 'revoke_project_key', { p_project_id: 1, p_key_id: key.id })).toEqual([])
    expect(await readKinds(store, 'ab')).toEqual(['publishable', undefined])
  })
})
