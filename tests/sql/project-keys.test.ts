import { beforeAll, beforeEach, expect, test } from 'vitest'
import { expireKey } from '../support/expire-key'
import { describeStores, type TestStore } from '../support/store'
import { call, createProject, uuid } from './store-rows'

type Key = {
  id: string
  kind: string
  prefix: string
  label: string
  created_at: string
  revoked_at: string | null
  expires_at: string | null
}

const DAY_MS = 86_400_000
/** A moment so many days from now, as the store takes it. */
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString()
const toLifetimeMs = (key: Key) => Date.parse(key.expires_at ?? '') - Date.parse(key.created_at)

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
    expect(key).toMatchObject({ kind: 'publishable', prefix: 'pk_a', label: 'web', revoked_at: null, expires_at: null })
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

  test('create_project_key takes an expiry in the next ten years, and no other', async () => {
    const create = (digit: string, p_expires_at: string) =>
      call<Key[]>(store, 'create_project_key', { p_project_id: 1, ...publishable(digit), p_expires_at })
    const expiresAt = inDays(30)
    const made = await one(create('a', expiresAt))
    expect(new Date(made.expires_at ?? '').toISOString()).toBe(expiresAt)
    expect(await call(store, 'get_project_keys', { p_project_id: 1 })).toEqual([made])
    await one(create('b', inDays(3_652)))
    for (const wrong of ['now', inDays(-1), inDays(3_654), 'infinity', '-infinity']) {
      await expect(create('c', wrong), wrong).rejects.toMatchObject({ code: '22023' })
    }
    expect(await readKinds(store, 'abc')).toEqual(['publishable', 'publishable', undefined])
  })

  test('the table itself holds no key that ends before it begins, or later than ten years on', async () => {
    await call(store, 'create_project_key', { p_project_id: 1, ...publishable('a'), p_expires_at: inDays(1) })
    for (const lifetime of ['0 s', '-1 s', '87672 hours 1 microsecond']) {
      const change = store.sql('update public.project_keys set expires_at = created_at + $1::interval', [lifetime])
      await expect(change, lifetime).rejects.toMatchObject({ code: '23514' })
    }
  })

  test('an expired key is unknown and counts among no secret keys; the others stay', async () => {
    const secret = (digit: string, p_expires_at: string | null) => ({
      p_project_id: 1,
      ...publishable(digit),
      p_kind: 'secret',
      p_expires_at,
    })
    const made = await one(call(store, 'create_project_key', secret('a', inDays(1))))
    await call(store, 'create_project_key', secret('b', inDays(1)))
    await call(store, 'create_project_key', secret('c', null))
    const readHashes = () => call(store, 'get_secret_key_hashes', { p_project_id: 1 })
    expect(await readHashes()).toEqual([hash('a'), hash('b'), hash('c')])
    await expireKey(store, made.id)
    expect(await readKinds(store, 'abc')).toEqual([undefined, 'secret', 'secret'])
    expect(await readHashes()).toEqual([hash('b'), hash('c')])
    expect(await call(store, 'get_project_keys', { p_project_id: 1 })).toMatchObject([
      { id: made.id, revoked_at: null, expires_at: expect.any(String) },
      { expires_at: expect.any(String) },
      { expires_at: null },
    ])
  })

  test('ensure_project_key leaves a key its expiry, and an expired one expired', async () => {
    const made = await one(
      call(store, 'create_project_key', { p_project_id: 1, ...publishable('a'), p_expires_at: inDays(1) }),
    )
    const ensure = () => one(call(store, 'ensure_project_key', { p_slug: 'default', ...publishable('a') }))
    expect(await ensure()).toEqual(made)
    await expireKey(store, made.id)
    expect((await ensure()).id).toBe(made.id)
    expect(await readKinds(store, 'a')).toEqual([undefined])
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
    expect(next).toMatchObject({ kind: 'secret', label: 'shop', prefix: 'sk_b', revoked_at: null, expires_at: null })
    expect(await readKinds(store, 'ab')).toEqual([undefined, 'secret'])
    // It is revoked by now: there is nothing to replace.
    expect(await call(store, 'rotate_project_key', { ...replace, p_key_hash: hash('c') })).toEqual([])
    expect(await readKinds(store, 'abc')).toEqual([undefined, 'secret', undefined])
  })

  test('rotate_project_key lets the new key live as long as the old one was made for, from now', async () => {
    const old = await one(
      call(store, 'create_project_key', { p_project_id: 1, ...publishable('a'), p_expires_at: inDays(90) }),
    )
    // 80 of its days are over.
    await store.sql(
      "update public.project_keys set created_at = created_at - interval '1920 hours', expires_at = expires_at - interval '1920 hours'",
    )
    const replace = { p_project_id: 1, p_key_id: old.id, p_key_hash: hash('b'), p_prefix: 'pk_b' }
    const next = await one(call(store, 'rotate_project_key', replace))
    expect(Date.parse(next.created_at)).toBeGreaterThanOrEqual(Date.parse(old.created_at))
    // In the store, which counts microseconds.
    const lifetimes = await store.sql('select distinct expires_at - created_at from public.project_keys')
    expect(lifetimes).toHaveLength(1)
    expect(Date.parse(next.expires_at ?? '')).toBeGreaterThanOrEqual(Date.parse(old.expires_at ?? '') - 1)
    expect(await readKinds(store, 'ab')).toEqual([undefined, 'publishable'])
  })

  test('rotate_project_key does so to the longest lifetime as well', async () => {
    await call(store, 'create_project_key', { p_project_id: 1, ...publishable('a'), p_expires_at: inDays(1) })
    await store.sql("update public.project_keys set expires_at = created_at + interval '87672 hours'")
    const [old] = await call<Key[]>(store, 'get_project_keys', { p_project_id: 1 })
    const replace = { p_project_id: 1, p_key_id: old?.id, p_key_hash: hash('b'), p_prefix: 'pk_b' }
    expect(toLifetimeMs(await one(call(store, 'rotate_project_key', replace)))).toBe(3_653 * DAY_MS)
  })

  test('an expired key can be revoked but not rotated', async () => {
    const made = await one(
      call(store, 'create_project_key', { p_project_id: 1, ...publishable('a'), p_expires_at: inDays(1) }),
    )
    await expireKey(store, made.id)
    const replace = { p_project_id: 1, p_key_id: made.id, p_key_hash: hash('b'), p_prefix: 'pk_b' }
    expect(await call(store, 'rotate_project_key', replace)).toEqual([])
    expect(await call(store, 'get_project_keys', { p_project_id: 1 })).toMatchObject([{ revoked_at: null }])
    const revoked = await one(call(store, 'revoke_project_key', { p_project_id: 1, p_key_id: made.id }))
    expect(revoked.revoked_at).not.toBeNull()
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
