import { expect, test } from 'vitest'
import { aiPerformanceReport } from '@/lib/contracts/ai-performance-report'
import { reportQuery } from '@/lib/contracts/report-query'
import { readAiPerformanceReport } from '@/lib/insights/ai-performance-report'
import { insert, nextProject } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'
import { createProject } from './project'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 4, 1, 16)

describeStores('readAiPerformanceReport', (store) => {
  test('holds totals, latency, series, models, endpoints and the range before, as the contract says', async () => {
    const project = createProject(nextProject())
    const call = (agoMs: number, more: object) => ({
      project_id: project.id,
      timestamp: NOW - agoMs,
      model: 'large',
      endpoint: '/plan',
      ...more,
    })
    await insert(store, 'ai_performance_metrics', [
      call(0, { duration: 100, tokens: 7, cost_usd: 0.25 }),
      call(0, { duration: 1, cache_hit: true }),
      call(0, { duration: 300, success: false }),
      call(0, { duration: 200 }),
      call(DAY, { duration: 9 }),
    ])
    const report = await readAiPerformanceReport(project, reportQuery.parse({}), NOW)
    expect(aiPerformanceReport.parse(report)).toEqual(report)
    const totals = { requests: 4, errorRatio: 0.25, cacheHitRatio: 0.25, tokens: 7, costUsd: 0.25 }
    expect(report.totals).toEqual({ ...totals, errors: 1 })
    expect(report.previous).toMatchObject({ requests: 1, errors: 0, errorRatio: 0, costUsd: null })
    expect(report.latency).toEqual({ p50: 200, p95: 300, p99: 300 })
    expect(report.series.at(-1)).toEqual({
      start: '2026-05-01T16:00:00.000Z',
      requests: 4,
      errors: 1,
      p95: 300,
      costUsd: 0.25,
    })
    expect(report.models).toEqual([{ model: 'large', ...totals, p50: 200, p95: 300 }])
    expect(report.endpoints).toEqual([{ endpoint: '/plan', ...totals, p50: 200, p95: 300 }])
  })

  test('an empty project has zeros and nulls', async () => {
    const report = await readAiPerformanceReport(createProject(nextProject()), reportQuery.parse({}), NOW)
    expect(aiPerformanceReport.parse(report)).toEqual(report)
    expect(report).toMatchObject({
      totals: { requests: 0, errors: 0, errorRatio: null, cacheHitRatio: null, tokens: 0, costUsd: null },
      latency: { p50: null, p95: null, p99: null },
      models: [],
      endpoints: [],
    })
  })
})
