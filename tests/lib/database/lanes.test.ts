import { expect, test } from 'vitest'
import { LANES } from '../../../lib/contracts/dead-letters'
import { appendStoreRows } from '../../../lib/database/append'
import { APPEND_FUNCTIONS, toLaneRow } from '../../../lib/database/lanes'
import { describeStores } from '../../support/store'
import { PROJECT, toIdentity } from './ingest'

const FIELDS = {
  events: { type: 'event', event: 'a', utmSource: 'news', route: null },
  vitals: { seq: 1, lcp: 12 },
  ai: { success: true, cacheHit: false, requestId: 'r' },
  database: { query: 'select', duration: 1, cached: false },
}

test('a row of each lane is named as the store names it, without its nulls', () => {
  const row = { id: 'i', actorId: 'a', timestamp: 1, ...FIELDS.events }
  const stored = { id: 'i', actor_id: 'a', timestamp: 1, type: 'event', event: 'a', utm_source: 'news' }
  expect(toLaneRow('events', row)).toEqual(stored)
})

describeStores('lanes', () => {
  test.each(LANES)('a row of %s is stored by its function, once', async (lane) => {
    const row = toLaneRow(lane, { ...toIdentity(), ...FIELDS[lane] })
    expect(await appendStoreRows(APPEND_FUNCTIONS[lane], PROJECT, [row])).toEqual({ ok: true, duplicates: [] })
    expect(await appendStoreRows(APPEND_FUNCTIONS[lane], PROJECT, [row])).toEqual({ ok: true, duplicates: [0] })
  })
})
