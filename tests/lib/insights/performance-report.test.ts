import { expect, test } from 'vitest'
import { performanceQuery, performanceReport } from '@/lib/contracts/performance-report'
import { readPerformanceReport } from '@/lib/insights/performance-report'
import { insert, nextProject } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'
import { createProject } from './project'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 4, 1, 16)

describeStores('readPerformanceReport', (store) => {
  test('holds vitals, routes, navigations, custom metrics and the range before, as the contract says', async () => {
    const project = createProject(nextProject())
    const navigation = (agoMs: number, more: object) => ({
      project_id: project.id,
      timestamp: NOW - agoMs,
      route: '/a',
      navigation_type: 'navigate',
      ...more,
    })
    await insert(store, 'performance_metrics', [
      navigation(0, { lcp: 2000, cls: 0, ttfb: 900, custom: { search: 3 } }),
      navigation(1, { lcp: 5000 }),
      navigation(2, { lcp: 1, ttfb: 0, navigation_type: 'soft-navigation' }),
      navigation(DAY, { lcp: 3000 }),
    ])
    const report = await readPerformanceReport(project, performanceQuery.parse({}), NOW)
    expect(performanceReport.parse(report)).toEqual(report)
    const { series, ...lcp } = report.metrics.lcp
    expect(lcp).toEqual({
      p50: 2000,
      p75: 5000,
      p90: 5000,
      p95: 5000,
      p99: 5000,
      count: 2,
      good: 0.5,
      needsImprovement: 0,
      poor: 0.5,
      rating: 'poor',
      p75Interval: null,
    })
    // The range holds now itself and begins a millisecond after the hour: 25 hours are touched.
    expect(series).toHaveLength(25)
    expect(series.at(-1)).toEqual({ start: '2026-05-01T16:00:00.000Z', p75: 2000, count: 1 })
    expect(series.at(-2)).toEqual({ start: '2026-05-01T15:00:00.000Z', p75: 5000, count: 1 })
    expect(report.metrics.cls).toMatchObject({ p75: 0, count: 1, rating: 'good' })
    expect(report.metrics.ttfb).toMatchObject({ p75: 900, count: 1, rating: 'needsImprovement' })
    expect(report.metrics.inp).toMatchObject({ p75: null, count: 0, good: null, rating: null })
    expect(report.routes).toEqual([
      {
        route: '/a',
        count: 2,
        lcp: { p75: 5000, count: 2, rating: 'poor' },
        inp: { p75: null, count: 0, rating: null },
        cls: { p75: 0, count: 1, rating: 'good' },
        fcp: { p75: null, count: 0, rating: null },
        ttfb: { p75: 900, count: 1, rating: 'needsImprovement' },
      },
    ])
    expect(report.navigations).toEqual({ hard: 2, soft: 1 })
    expect(report.custom).toEqual([{ name: 'search', count: 1, p50: 3, p75: 3, p95: 3 }])
    expect(report.previous).toMatchObject({ lcp: { p75: 3000, count: 1 }, cls: { p75: null, count: 0 } })
  })

  test('an empty project has nulls, zeros and every bucket', async () => {
    const report = await readPerformanceReport(
      createProject(nextProject()),
      performanceQuery.parse({ range: '30d' }),
      NOW,
    )
    expect(performanceReport.parse(report)).toEqual(report)
    expect(report).toMatchObject({ routes: [], navigations: { hard: 0, soft: 0 }, custom: [] })
    for (const { p75, count, good, rating, series } of Object.values(report.metrics)) {
      expect({ p75, count, good, rating }).toEqual({ p75: null, count: 0, good: null, rating: null })
      expect(series).toHaveLength(31)
    }
  })
})
