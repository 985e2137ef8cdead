import { expect, test } from 'vitest'
import { appendVitals } from '../../../lib/database/vitals'
import { describeStores } from '../../support/store'
import { PROJECT, toIdentity } from './ingest'

describeStores('vitals', (store) => {
  test('are stored column by column, and once', async () => {
    const row = { ...toIdentity(), seq: 1, navigationType: 'navigate', lcp: 900.5, cls: 0, route: '/r' }
    expect(await appendVitals(PROJECT, [row, row])).toEqual({ ok: true, duplicates: [1] })
    expect(await appendVitals(PROJECT, [row])).toEqual({ ok: true, duplicates: [0] })
    const stored = await store.sql(
      'select route, lcp::float8 as lcp, cls::float8 as cls, inp from public.performance_metrics',
    )
    expect(stored).toEqual([{ route: '/r', lcp: 900.5, cls: 0, inp: null }])
  })
})
