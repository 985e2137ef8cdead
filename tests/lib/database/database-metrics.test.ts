import { expect, test } from 'vitest'
import { appendDatabaseMetrics } from '../../../lib/database/database-metrics'
import { describeStores } from '../../support/store'
import { PROJECT, toIdentity } from './ingest'

describeStores('database queries', (store) => {
  test('are stored column by column, and once', async () => {
    const row = { ...toIdentity(), query: 'q', duration: 2, rows: 3, cached: true }
    expect(await appendDatabaseMetrics(PROJECT, [row, row])).toEqual({ ok: true, duplicates: [1] })
    expect(await appendDatabaseMetrics(PROJECT, [row])).toEqual({ ok: true, duplicates: [0] })
    const stored = await store.sql('select query, rows, cached from public.database_performance_metrics')
    expect(stored).toEqual([{ query: 'q', rows: 3, cached: true }])
  })
})
