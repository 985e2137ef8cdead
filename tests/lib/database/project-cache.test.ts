import { createHash } from 'node:crypto'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { AppError } from '../../../lib/core/errors'
import { createProjectCache, PROJECT_CACHE_MS } from '../../../lib/database/project-cache'
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

describe('while the store is away', () => {
  const away = new AppError('store_unavailable', 'away')
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('what was known last holds, and the store is asked every two seconds', async () => {
    const remember = createProjectCache<string>()
    const read = vi.fn<() => Promise<string | null>>().mockResolvedValueOnce('shop').mockRejectedValue(away)
    expect(await remember('pk_1', read)).toBe('shop')
    vi.advanceTimersByTime(PROJECT_CACHE_MS)
    expect(await remember('pk_1', read)).toBe('shop')
    vi.advanceTimersByTime(1_999)
    expect(await remember('pk_1', read)).toBe('shop')
    expect(read).toHaveBeenCalledTimes(2)
    vi.advanceTimersByTime(1)
    expect(await remember('pk_1', read)).toBe('shop')
    expect(read).toHaveBeenCalledTimes(3)
  })

  test('a store that does not answer counts as away after a second', async () => {
    const remember = createProjectCache<string>()
    await remember('pk_1', async () => 'shop')
    vi.advanceTimersByTime(PROJECT_CACHE_MS)
    const asked = remember('pk_1', () => new Promise(() => {}))
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await asked).toBe('shop')
  })

  test('nothing stands in for what was never known, and a key that is gone stays gone', async () => {
    const remember = createProjectCache<string>()
    await expect(remember('pk_2', async () => Promise.reject(away))).rejects.toBe(away)
    expect(await remember('pk_2', async () => 'now')).toBe('now')
    vi.advanceTimersByTime(PROJECT_CACHE_MS)
    expect(await remember('pk_2', async () => null)).toBeNull()
    vi.advanceTimersByTime(PROJECT_CACHE_MS)
    await expect(remember('pk_2', async () => Promise.reject(away))).rejects.toBe(away)
  })

  test('a fault is no absence: it passes through', async () => {
    const remember = createProjectCache<string>()
    await remember('pk_3', async () => 'shop')
    vi.advanceTimersByTime(PROJECT_CACHE_MS)
    const fault = new AppError('internal', 'broken')
    await expect(remember('pk_3', async () => Promise.reject(fault))).rejects.toBe(fault)
  })

  test('a fault costs nothing of what was known: when the store is away afterwards, that holds', async () => {
    const remember = createProjectCache<string>()
    await remember('pk_4', async () => 'shop')
    vi.advanceTimersByTime(PROJECT_CACHE_MS)
    const fault = new AppError('internal', 'broken')
    await expect(remember('pk_4', async () => Promise.reject(fault))).rejects.toBe(fault)
    expect(await remember('pk_4', async () => Promise.reject(away))).toBe('shop')
  })
})
