import type { Redis } from '@upstash/redis/cloudflare'
import { beforeEach, describe, expect, test } from 'vitest'
import { readRedis } from '../../../lib/platform/redis'
import { SPILL_KEY } from '../../../lib/spill/spill-keys'
import { readLastId, readPages, type SpillEntry } from '../../../lib/spill/spill-pages'
import { hasRedis } from '../../support/redis'
import { useRedis } from '../../support/redis-bridge'

describe.skipIf(!hasRedis)('the pages of the spill', () => {
  const server = useRedis()
  const redis = () => readRedis() as Redis
  const add = (id: string, text: string) => server.server.call('XADD', SPILL_KEY, id, 'batch', text)
  const text = (row: object) => JSON.stringify({ lane: 'events', projectId: 1, rows: [row], spilledMs: 1, failures: 0 })
  const readAll = async (lastId: string) => {
    const pages: SpillEntry[][] = []
    for await (const page of readPages(redis(), lastId)) pages.push(page)
    return pages
  }
  beforeEach(async () => {
    await server.server.call('FLUSHALL')
  })

  test('are none of an empty spill', async () => {
    expect(await readLastId(redis())).toBeNull()
    expect(await readAll('9999999999999-0')).toEqual([])
  })

  test('hold every entry up to the last one asked for, once and in order, small ones by the hundred', async () => {
    const ids = Array.from({ length: 700 }, (_, index) => `${1_000 + Math.floor(index / 3)}-${index % 3}`)
    for (const id of ids) await add(id, text({ id }))
    expect(await readLastId(redis())).toBe(ids.at(-1))
    const lastId = ids.at(-10) as string
    const pages = await readAll(lastId)
    expect(pages.flat().map(({ id }) => id)).toEqual(ids.slice(0, -9))
    expect(pages.flat().map(({ batch }) => batch?.rows[0]?.id)).toEqual(ids.slice(0, -9))
    expect(pages.map((page) => page.length)).toEqual([16, 500, 175])
  })

  test('bring large entries by the few', async () => {
    for (let index = 1; index <= 24; index += 1) await add(`${index}-0`, text({ id: 'x'.repeat(512 * 1_024) }))
    const pages = await readAll('24-0')
    expect(pages.map((page) => page.length)).toEqual([16, 3, 3, 2])
  })

  test('show an entry that cannot be read without its content', async () => {
    await add('1-0', 'no batch')
    await server.server.call('XADD', SPILL_KEY, '2-0', 'other', 'field')
    await add('3-0', text({ id: 'a' }))
    expect((await readAll('3-0')).flat().map(({ batch }) => batch?.rows.length ?? null)).toEqual([null, null, 1])
  })
})
