import { expect, test } from 'vitest'
import { funnelTrendQuery } from '@/lib/contracts/funnel-trend'
import { readTrendOfFunnel } from '@/lib/insights/funnel-trend'
import { createProject } from './project'

// What a trend answers is in tests/app/api/analytics/funnels.test.ts and, against the reference, in tests/sql/reports.
test('more intervals than an answer should hold are refused before the store is asked', async () => {
  const query = funnelTrendQuery.parse({ range: '90d', interval: 'hour', steps: [{ event: 'a' }] })
  await expect(readTrendOfFunnel(createProject(1), query, Date.now())).rejects.toMatchObject({
    code: 'invalid_request',
    issues: [{ path: 'interval' }],
  })
})
