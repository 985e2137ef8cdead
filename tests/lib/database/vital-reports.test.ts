import { beforeAll, describe, expect, test } from 'vitest'
import type { ProjectId } from '@/lib/core/ids'
import { toVitalRating, VITALS } from '@/lib/core/vitals'
import type { ReportScope } from '@/lib/database/report-scope'
import {
  readCustomMetrics,
  readNavigationCounts,
  readVitalRoutes,
  readVitalSeries,
  readVitalSummaries,
} from '@/lib/database/vital-reports'
import { insert, nextProject } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'
import { toPercentile } from '../insights/reference/percentile'
import { createRandom } from '../insights/reference/random'

const HOUR = 3_600_000
const START = Date.UTC(2026, 4, 1)

describeStores('vital reports', (store) => {
  const scopeOf = (projectId: number): ReportScope => ({
    projectId: projectId as ProjectId,
    fromMs: START,
    toMs: START + 24 * HOUR,
    filters: {},
    includeBots: false,
  })
  const project = nextProject()
  const scope = scopeOf(project)

  beforeAll(async () => {
    const row = (hours: number, more: object) => ({
      project_id: project,
      timestamp: START + hours * HOUR,
      route: '/a',
      navigation_type: 'navigate',
      ...more,
    })
    await insert(store, 'performance_metrics', [
      row(0, { lcp: 2500, inp: 200, cls: 0.1, fcp: 1800, ttfb: 800, device: 'mobile' }),
      row(1, { lcp: 4000, cls: 0, navigation_type: null }),
      row(1, { lcp: 4000.5, route: '/b', gpc: true }),
      row(2, { lcp: 90_000, bot_reasons: ['user_agent'] }),
      row(3, { lcp: 10, cls: 9, ttfb: 0, navigation_type: 'soft-navigation' }),
      row(4, { lcp: 7, route: null, country: 'DE' }),
      row(5, { navigation_type: null, custom: { search: 12.5, 'a"b': 3 } }),
      row(6, { navigation_type: 'soft-navigation', custom: { search: 40 } }),
      row(24, { lcp: 1 }),
    ])
    await insert(store, 'performance_metrics', [{ ...row(1, { lcp: 1 }), project_id: nextProject() }])
  })

  const summariesOf = async (asked = scope) =>
    Object.fromEntries((await readVitalSummaries(asked)).map((row) => [row.vital, row]))

  describe('readVitalSummaries', () => {
    test('takes hard navigations of people, a boundary in the better class', async () => {
      const { lcp, cls } = await summariesOf()
      expect(lcp).toEqual({
        vital: 'lcp',
        p50: 2500,
        p75: 4000,
        p90: 4000.5,
        p95: 4000.5,
        p99: 4000.5,
        count: 4,
        good: 2,
        needs_improvement: 1,
        poor: 1,
      })
      expect(cls).toMatchObject({ p50: 0, p75: 0.1, count: 2, good: 2 })
    })

    test('a vital without samples has nulls and count 0', async () => {
      const { inp } = await summariesOf({ ...scope, filters: { route: '/b' } })
      expect(inp).toEqual({
        vital: 'inp',
        p50: null,
        p75: null,
        p90: null,
        p95: null,
        p99: null,
        count: 0,
        good: 0,
        needs_improvement: 0,
        poor: 0,
      })
    })

    test('bots count when asked for, filters narrow', async () => {
      expect((await summariesOf({ ...scope, includeBots: true })).lcp).toMatchObject({ count: 5, p99: 90_000 })
      expect((await summariesOf({ ...scope, filters: { device: 'mobile' } })).lcp).toMatchObject({ count: 1 })
      expect((await summariesOf({ ...scope, filters: { country: 'DE' } })).lcp).toMatchObject({ count: 1, p75: 7 })
    })

    test('agrees with a nearest-rank reference on random samples, ties and absences', async () => {
      const random = createRandom(75)
      for (const size of [1, 2, 3, 4, 7, 20, 99, 100, 101, 400]) {
        const fresh = nextProject()
        const rows = Array.from({ length: size }, () => ({
          project_id: fresh,
          timestamp: START,
          lcp: random() < 0.1 ? null : Math.floor(random() * 5000),
          inp: Math.floor(random() * 6) * 100,
          cls: random() < 0.5 ? 0 : random(),
          fcp: null,
          ttfb: random() * 3000,
        }))
        await insert(store, 'performance_metrics', rows)
        const summaries = await summariesOf(scopeOf(fresh))
        for (const vital of VITALS) {
          const values = rows.map((row) => row[vital]).filter((value) => value !== null)
          const isRated = (rating: string) => values.filter((value) => toVitalRating(vital, value) === rating).length
          expect(summaries[vital], `${vital} of ${size}`).toEqual({
            vital,
            p50: toPercentile(values, 0.5),
            p75: toPercentile(values, 0.75),
            p90: toPercentile(values, 0.9),
            p95: toPercentile(values, 0.95),
            p99: toPercentile(values, 0.99),
            count: values.length,
            good: isRated('good'),
            needs_improvement: isRated('needsImprovement'),
            poor: isRated('poor'),
          })
        }
      }
    })
  })

  test('readVitalSeries has every bucket, without samples p75 null and count 0', async () => {
    const series = await readVitalSeries(scope, { bucket: 'hour', timezone: 'UTC' })
    expect(Object.keys(series).toSorted()).toEqual([...VITALS].toSorted())
    expect(series.lcp).toHaveLength(24)
    expect(series.lcp.slice(0, 5)).toEqual([
      { start: START, p75: 2500, count: 1 },
      { start: START + HOUR, p75: 4000.5, count: 2 },
      { start: START + 2 * HOUR, p75: null, count: 0 },
      { start: START + 3 * HOUR, p75: null, count: 0 },
      { start: START + 4 * HOUR, p75: 7, count: 1 },
    ])
    expect(series.cls[1]).toEqual({ start: START + HOUR, p75: 0, count: 1 })
  })

  test('readVitalRoutes counts hard navigations by route, not rows of custom metrics', async () => {
    expect(await readVitalRoutes(scope)).toEqual([
      {
        route: '/a',
        count: 2,
        lcp: 4000,
        lcp_count: 2,
        inp: 200,
        inp_count: 1,
        cls: 0.1,
        cls_count: 2,
        fcp: 1800,
        fcp_count: 1,
        ttfb: 800,
        ttfb_count: 1,
      },
      expect.objectContaining({ route: '/b', count: 1, lcp: 4000.5, inp: null, inp_count: 0 }),
    ])
  })

  test('readNavigationCounts tells hard from soft', async () => {
    expect(await readNavigationCounts(scope)).toEqual({ hard: 4, soft: 2 })
    expect(await readNavigationCounts({ ...scope, filters: { route: '/c' } })).toEqual({ hard: 0, soft: 0 })
  })

  test('readCustomMetrics summarises each name over all navigations', async () => {
    expect(await readCustomMetrics(scope)).toEqual([
      { name: 'search', count: 2, p50: 12.5, p75: 40, p95: 40 },
      { name: 'a"b', count: 1, p50: 3, p75: 3, p95: 3 },
    ])
  })
})
