import { expect, test } from 'vitest'
import { breakdownQuery, performanceBreakdown } from '@/lib/contracts/performance-breakdown'
import { readPerformanceBreakdown } from '@/lib/insights/performance-breakdown'
import { insert, nextProject } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'
import { createProject } from './project'

const NOW = Date.UTC(2026, 4, 1, 16)

describeStores('readPerformanceBreakdown', (store) => {
  const navigations = (project: number, count: number, more: object) =>
    Array.from({ length: count }, (_, index) => ({
      project_id: project,
      timestamp: NOW - 1 - index,
      navigation_type: 'navigate',
      ...more,
    }))

  test('is exact for few navigations, most first, without those whose value is not known', async () => {
    const project = createProject(nextProject())
    await insert(store, 'performance_metrics', [
      ...navigations(project.id, 2, { connection: '3g', lcp: 4_321.5 }),
      ...navigations(project.id, 3, { connection: '4g', inp: 20 }),
      ...navigations(project.id, 1, { lcp: 9 }),
    ])
    const answer = await readPerformanceBreakdown(project, breakdownQuery.parse({ by: 'connection' }), NOW)
    expect(performanceBreakdown.parse(answer)).toEqual(answer)
    expect(answer).toMatchObject({ by: 'connection', precision: 'exact' })
    expect(answer.rows.map(({ value, count }) => [value, count])).toEqual([
      ['4g', 3],
      ['3g', 2],
    ])
    expect(answer.rows[1]?.lcp).toEqual({ p75: 4_321.5, count: 2, rating: 'poor' })
    expect(answer.rows[1]?.inp).toEqual({ p75: null, count: 0, rating: null })
  })

  test('is within 1 % for many, by navigation type as by any other', async () => {
    const project = createProject(nextProject())
    await insert(store, 'performance_metrics', navigations(project.id, 1_100, { lcp: 2_501 }))
    const answer = await readPerformanceBreakdown(project, breakdownQuery.parse({ by: 'navigationType' }), NOW)
    expect(answer.precision).toBe('histogram')
    expect(answer.rows).toMatchObject([{ value: 'navigate', count: 1_100, lcp: { rating: 'needsImprovement' } }])
    expect(Math.abs((answer.rows[0]?.lcp.p75 ?? 0) - 2_501)).toBeLessThanOrEqual(25)
  })
})
