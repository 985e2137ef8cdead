import { expect, test } from 'vitest'
import { databasePerformanceReport } from '@/lib/contracts/database-performance-report'
import { reportQuery } from '@/lib/contracts/report-query'
import { readDatabasePerformanceReport } from '@/lib/insights/database-performance-report'
import { insert, nextProject } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'
import { createProject } from './project'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 4, 1, 16)

describeStores('readDatabasePerformanceReport', (store) => {
  test('holds totals, latency, series, slowest and the range before, as the contract says', async () => {
    const project = createProject(nextProject())
    const run = (agoMs: number, duration: number, more: object = {}) => ({
      project_id: project.id,
      timestamp: NOW - agoMs,
      query: 'select a',
      duration,
      ...more,
    })
    await insert(store, 'database_performance_metrics', [
      run(0, 1000, { rows: 2 }),
      run(0, 1001, { rows: 4 }),
      run(0, 1, { cached: true }),
      run(0, 5, { query: 'select b' }),
      run(DAY, 2000),
    ])
    const report = await readDatabasePerformanceReport(project, reportQuery.parse({}), NOW)
    expect(databasePerformanceReport.parse(report)).toEqual(report)
    expect(report.totals).toEqual({ queries: 4, slow: 1, slowRatio: 0.25, cachedRatio: 0.25 })
    expect(report.previous).toEqual({ queries: 1, slow: 1, slowRatio: 1, cachedRatio: 0 })
    expect(report.latency).toEqual({ p50: 1000, p95: 1001, p99: 1001 })
    expect(report.series.at(-1)).toEqual({ start: '2026-05-01T16:00:00.000Z', queries: 4, slow: 1, p95: 1001 })
    expect(report.slowest).toEqual([
      { query: 'select a', count: 2, p50: 1000, p95: 1001, max: 1001, rows: 2 },
      { query: 'select b', count: 1, p50: 5, p95: 5, max: 5, rows: null },
    ])
  })

  test('an empty project has zeros and nulls', async () => {
    const report = await readDatabasePerformanceReport(createProject(nextProject()), reportQuery.parse({}), NOW)
    expect(databasePerformanceReport.parse(report)).toEqual(report)
    expect(report).toMatchObject({
      totals: { queries: 0, slow: 0, slowRatio: null, cachedRatio: null },
      latency: { p50: null, p95: null, p99: null },
      slowest: [],
    })
  })
})
