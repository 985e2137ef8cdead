import { expect, test } from 'vitest'
import { appendAiMetrics } from '../../../lib/database/ai-metrics'
import { describeStores } from '../../support/store'
import { PROJECT, toIdentity } from './ingest'

describeStores('calls to models', (store) => {
  test('are stored column by column, and once', async () => {
    const row = { ...toIdentity(), requestId: 'r', model: 'm', tokens: 5, success: false, cacheHit: true, error: 'e' }
    expect(await appendAiMetrics(PROJECT, [row, row])).toEqual({ ok: true, duplicates: [1] })
    expect(await appendAiMetrics(PROJECT, [row])).toEqual({ ok: true, duplicates: [0] })
    const stored = await store.sql(
      'select request_id, model, tokens, success, cache_hit, error from public.ai_performance_metrics',
    )
    expect(stored).toEqual([{ request_id: 'r', model: 'm', tokens: 5, success: false, cache_hit: true, error: 'e' }])
  })
})
