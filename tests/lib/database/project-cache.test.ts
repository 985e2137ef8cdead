import { createHash } from 'node:crypto'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { describeStores } from '../../support/store'

describeStores('the project cache', (store) => {
  let cache: typeof import('../../../lib/database/project-cache')
  beforeAll(async () => {
    vi.resetModules()
    cache = await import('../../../lib/database/project-cache')
  })
  afterEach(() => vi.useRealTimers())

  test('knows a key by its SHA-256', () => {
    expect(cache.toKeyHash('pk_ä')).toBe(createHash('sha256').update('pk_ä').digest('hex'))
  })

  test('believes an answer for ten seconds, also that there is none', async () => {
    const nowMs = Date.now()
    vi.useFakeTimers({ toFake: ['Date'], now: nowMs })
    expect((await cache.readCachedProjectBySlug('default'))?.name).toBe('Default')
    expect(await cache.readCachedProjectBySlug('later')).toBeNull()
    expect(await cache.readCachedProjectByKey('pk_none')).toBeNull()
    await store.sql(
      "update public.projects set name = 'New'; insert into public.projects (slug, name) values ('later', 'Later')",
    )
    vi.setSystemTime(nowMs + 9_999)
    expect((await cache.readCachedProjectBySlug('default'))?.name).toBe('Default')
    expect(await cache.readCachedProjectBySlug('later')).toBeNull()
    vi.setSystemTime(nowMs + 10_000)
    expect((await cache.readCachedProjectBySlug('default'))?.name).toBe('New')
    expect((await cache.readCachedProjectBySlug('later'))?.name).toBe('Later')
  })
})
