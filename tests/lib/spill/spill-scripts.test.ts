import type { Redis } from '@upstash/redis/cloudflare'
import { beforeEach, describe, expect, test } from 'vitest'
import { readRedis } from '../../../lib/platform/redis'
import { SPILL_KEY, SPILL_LEASE_KEY, SPILL_ROWS_KEY } from '../../../lib/spill/spill-keys'
import { addEntries, releaseLease, removeEntries, renewLease, replaceEntry } from '../../../lib/spill/spill-scripts'
import { hasRedis } from '../../support/redis'
import { useRedis } from '../../support/redis-bridge'

describe.skipIf(!hasRedis)('each script', () => {
  const server = useRedis()
  const redis = () => readRedis() as Redis
  const read = async () => {
    const entries = (await server.server.call('XRANGE', SPILL_KEY, '-', '+')) as [string, string[]][]
    return {
      ids: entries.map(([id]) => id),
      texts: entries.map(([, [, text]]) => text),
      rows: Number(await server.server.call('GET', SPILL_ROWS_KEY)),
    }
  }
  beforeEach(async () => {
    await server.server.call('FLUSHALL')
  })
  const entry = (text: string, rowCount: number) => ({ text, rowCount })

  test('adds all or none, and counts the rows', async () => {
    expect(await addEntries(redis(), [entry('a', 2), entry('b', 3)], 6)).toBe(true)
    expect(await addEntries(redis(), [entry('c', 1), entry('d', 1)], 6)).toBe(false)
    expect(await addEntries(redis(), [entry('e', 1)], 6)).toBe(true)
    expect(await read()).toMatchObject({ texts: ['a', 'b', 'e'], rows: 6 })
  })

  test('counts anew when the stream was taken away by hand', async () => {
    await addEntries(redis(), [entry('a', 5)], 10)
    await server.server.call('DEL', SPILL_KEY)
    expect(await addEntries(redis(), [entry('b', 2)], 6)).toBe(true)
    expect((await read()).rows).toBe(2)
  })

  test('removes an entry once, whoever does it', async () => {
    await addEntries(redis(), [entry('a', 2), entry('b', 3)], 10)
    const { ids } = await read()
    const [a = '', b = ''] = ids
    await removeEntries(redis(), [{ id: a, rowCount: 2 }])
    await Promise.all([1, 2, 3].map(() => removeEntries(redis(), [{ id: a, rowCount: 2 }])))
    expect(await read()).toMatchObject({ texts: ['b'], rows: 3 })
    await removeEntries(redis(), [{ id: b, rowCount: 3 }])
    expect(await read()).toMatchObject({ texts: [], rows: 0 })
  })

  test('puts others at the end in place of an entry, once', async () => {
    await addEntries(redis(), [entry('ab', 2), entry('c', 1)], 10)
    const [id = ''] = (await read()).ids
    const halves = [entry('a', 1), entry('b', 1)]
    await Promise.all([1, 2, 3].map(() => replaceEntry(redis(), { id, rowCount: 2 }, halves)))
    expect(await read()).toMatchObject({ texts: ['c', 'a', 'b'], rows: 3 })
  })

  test('renews and ends a lease for its holder only', async () => {
    await server.server.call('SET', SPILL_LEASE_KEY, 'one', 'PX', '5000')
    expect([await renewLease(redis(), 'other', 60_000), await renewLease(redis(), 'one', 60_000)]).toEqual([
      false,
      true,
    ])
    expect(Number(await server.server.call('PTTL', SPILL_LEASE_KEY))).toBeGreaterThan(5_000)
    await releaseLease(redis(), 'other')
    expect(await server.server.call('GET', SPILL_LEASE_KEY)).toBe('one')
    await releaseLease(redis(), 'one')
    expect(await server.server.call('GET', SPILL_LEASE_KEY)).toBeNull()
  })
})
