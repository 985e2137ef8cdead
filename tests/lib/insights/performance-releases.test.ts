import { expect, test } from 'vitest'
import { performanceReleases, releasesQuery } from '@/lib/contracts/performance-releases'
import { readPerformanceReleases } from '@/lib/insights/performance-releases'
import { insert, nextProject } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'
import { createProject } from './project'

const NOW = Date.UTC(2026, 4, 1, 16)

describeStores('readPerformanceReleases', (store) => {
  test('INP on /checkout is 90 ms worse since the newest release, as the rows say within 1 %', async () => {
    const project = createProject(nextProject())
    const visits = (release: string, agoMs: number, route: string, inp: number) =>
      Array.from({ length: 60 }, (_, index) => ({
        project_id: project.id,
        timestamp: NOW - agoMs + index,
        navigation_type: 'navigate',
        route,
        release,
        inp: inp + index / 10,
      }))
    await insert(store, 'performance_metrics', [
      ...visits('1a2b', 3_600_000, '/checkout', 110),
      ...visits('1a2b', 3_600_000, '/', 80),
      ...visits('3f2c', 60_000, '/checkout', 200),
      ...visits('3f2c', 60_000, '/', 80),
      ...visits('0old', 7_200_000, '/', 500),
    ])
    const answer = await readPerformanceReleases(project, releasesQuery.parse({}), NOW)
    expect(performanceReleases.parse(answer)).toEqual(answer)
    expect(answer).toMatchObject({ before: '1a2b', after: '3f2c' })
    expect(answer.releases.map(({ release, count }) => [release, count])).toEqual([
      ['3f2c', 120],
      ['1a2b', 120],
      ['0old', 60],
    ])
    const first = answer.changes.find(({ route }) => route === '/checkout')
    expect(first).toMatchObject({ metric: 'inp', verdict: 'worse' })
    expect(Math.abs((first?.difference ?? 0) - 90)).toBeLessThan(4)
    expect(answer.changes.find(({ route }) => route === '/')?.verdict).toBe('unclear')
    const chosen = await readPerformanceReleases(project, releasesQuery.parse({ before: '0old', after: '1a2b' }), NOW)
    expect(chosen.changes.find(({ route }) => route === '/')).toMatchObject({ verdict: 'better' })
    const since = await readPerformanceReleases(project, releasesQuery.parse({ after: '1a2b' }), NOW)
    expect(since).toMatchObject({ before: '0old', after: '1a2b' })
  })

  test('one release alone is listed and compared with nothing', async () => {
    const project = createProject(nextProject())
    await insert(store, 'performance_metrics', [
      { project_id: project.id, timestamp: NOW - 1, navigation_type: 'navigate', release: 'only', lcp: 1 },
    ])
    const answer = await readPerformanceReleases(project, releasesQuery.parse({}), NOW)
    expect(answer).toMatchObject({ before: null, after: null, changes: [] })
    expect(answer.releases).toHaveLength(1)
  })
})
