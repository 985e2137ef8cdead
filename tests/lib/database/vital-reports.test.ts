import { beforeAll, describe, expect, test } from 'vitest'
import type { ProjectId } from '@/lib/core/ids'
import { VITAL_THRESHOLDS, VITALS } from '@/lib/core/vitals'
import {
  readCustomHistograms,
  readReleaseHistograms,
  readVitalBreakdowns,
  readVitalCauses,
  readVitalOverview,
  readVitalSamples,
  type VitalScope,
} from '@/lib/database/vital-reports'
import { rankHistogram } from '@/lib/insights/models/packed-histogram'
import { insert, nextProject } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'

const HOUR = 3_600_000
const START = Date.UTC(2026, 4, 1)

describeStores('vital reports', (store) => {
  const project = nextProject()
  const scope: VitalScope = {
    projectId: project as ProjectId,
    fromMs: START,
    toMs: START + 24 * HOUR,
    filters: {},
    includeBots: false,
    isSoft: false,
  }

  beforeAll(async () => {
    const row = (hours: number, more: object) => ({
      project_id: project,
      timestamp: START + hours * HOUR,
      route: '/a',
      navigation_type: 'navigate',
      ...more,
    })
    const cause = (target: string, loadDelay: number) => ({
      lcp: { target, timeToFirstByte: 100, resourceLoadDelay: loadDelay },
    })
    await insert(store, 'performance_metrics', [
      row(0, {
        lcp: 2500,
        inp: 200,
        cls: 0.1,
        fcp: 1800,
        ttfb: 800,
        device: 'mobile',
        attribution: cause('#hero', 300),
      }),
      row(1, { lcp: 4000, cls: 0, navigation_type: null, release: 'one', attribution: cause('#hero', 100) }),
      row(1, { lcp: 4000.5, route: '/b', gpc: true, release: 'one', attribution: cause('h1', 500) }),
      row(2, { lcp: 90_000, bot_reasons: ['user_agent'], attribution: cause('bot', 1) }),
      row(3, { lcp: 10, cls: 9, ttfb: 0, navigation_type: 'soft-navigation', attribution: cause('soft', 1) }),
      row(4, { lcp: 7, route: null, country: 'DE', release: 'two' }),
      row(5, { navigation_type: null, custom: { search: 12.5, 'a"b': -3 } }),
      row(6, { navigation_type: 'soft-navigation', custom: { search: 40 } }),
      row(24, { lcp: 1 }),
    ])
    await insert(store, 'performance_metrics', [{ ...row(1, { lcp: 1 }), project_id: nextProject() }])
  })

  test('the store and the product know the same thresholds', async () => {
    const rows = await store.sql<{ vital: string; good_max: number; needs_improvement_max: number }>(
      'select * from public.get_vital_thresholds()',
    )
    expect(Object.fromEntries(rows.map((row) => [row.vital, [row.good_max, row.needs_improvement_max]]))).toEqual(
      VITAL_THRESHOLDS,
    )
  })

  describe('readVitalOverview', () => {
    test('takes hard navigations of people, a boundary in the better class', async () => {
      const { vitals, hard, soft, series } = await readVitalOverview(scope, null)
      expect({ hard, soft, series }).toEqual({ hard: 4, soft: 2, series: null })
      expect(vitals.lcp).toMatchObject({ count: 4, good: 2, poor: 1, zero: 0 })
      expect(vitals.cls).toMatchObject({ count: 2, good: 2, poor: 0, zero: 1 })
      const lcp = rankHistogram(vitals.lcp)
      for (const [index, exact] of [7, 2500, 4000, 4000.5].entries()) {
        expect(Math.abs(lcp.at(index + 1) / exact - 1)).toBeLessThanOrEqual(0.01)
      }
    })

    test('soft navigations are a segment of their own, without a TTFB', async () => {
      const { vitals } = await readVitalOverview({ ...scope, isSoft: true }, null)
      expect(vitals.lcp.count).toBe(1)
      expect(vitals.cls).toMatchObject({ count: 1, poor: 1 })
      expect(vitals.ttfb.count).toBe(0)
    })

    test('has every bucket of the series, without samples p75 null and count 0', async () => {
      const { series } = await readVitalOverview(scope, { bucket: 'hour', timezone: 'UTC' })
      expect(Object.keys(series ?? {}).toSorted()).toEqual([...VITALS].toSorted())
      expect(series?.lcp).toHaveLength(24)
      expect(series?.lcp.slice(0, 3).map(({ start, count }) => [start, count])).toEqual([
        [START, 1],
        [START + HOUR, 2],
        [START + 2 * HOUR, 0],
      ])
      expect(series?.lcp[2]?.p75).toBeNull()
      expect(series?.cls[1]).toEqual({ start: START + HOUR, p75: 0, count: 1 })
    })

    test('counts bots when asked to; every filter narrows', async () => {
      const countOf = async (more: Partial<VitalScope>) =>
        (await readVitalOverview({ ...scope, ...more }, null)).vitals.lcp.count
      expect(await countOf({ includeBots: true })).toBe(5)
      expect(await countOf({ filters: { device: 'mobile' } })).toBe(1)
      expect(await countOf({ filters: { country: 'DE' } })).toBe(1)
      expect(await countOf({ filters: { release: 'one', route: '/b' } })).toBe(1)
      expect(await countOf({ filters: { release: 'one', connection: '4g' } })).toBe(0)
      expect(await countOf({ filters: { event: 'x', referrer: 'y', utm_source: 'z' } })).toBe(4)
    })

    test('an empty range and an unknown project have zeros', async () => {
      for (const asked of [
        { ...scope, fromMs: 0, toMs: 1 },
        { ...scope, projectId: 99_999 as ProjectId },
      ]) {
        const { hard, soft, vitals } = await readVitalOverview(asked, { bucket: 'hour', timezone: 'UTC' })
        expect({ hard, soft, count: vitals.lcp.count }).toEqual({ hard: 0, soft: 0, count: 0 })
      }
    })
  })

  test('readVitalBreakdowns counts hard navigations by value, not rows of custom metrics', async () => {
    const rows = await readVitalBreakdowns(scope, ['route', 'release'])
    expect(rows.map(({ dimension, value, count }) => [dimension, value, count])).toEqual([
      ['release', 'one', 2],
      ['release', 'two', 1],
      ['route', '/a', 2],
      ['route', '/b', 1],
    ])
    const a = rows.find(({ value }) => value === '/a')
    expect(a?.lcp).toMatchObject({ count: 2, good: 1, poor: 0 })
    expect(a?.inp).toMatchObject({ count: 1, good: 1, poor: 0 })
    expect(rows.find(({ value }) => value === '/b')?.inp).toBeUndefined()
  })

  test('readCustomHistograms summarises each name over all navigations, negative values apart', async () => {
    const [search, other, ...rest] = await readCustomHistograms(scope)
    expect(rest).toEqual([])
    expect(search).toMatchObject({ name: 'search', count: 2, positive: { count: 2, zero: 0 } })
    expect(other).toMatchObject({ name: 'a"b', count: 1, negative: { count: 1 } })
    expect(other?.positive).toBeUndefined()
  })

  test('readReleaseHistograms lists releases by their first navigation, and compares the newest two by route', async () => {
    const { releases, histograms } = await readReleaseHistograms(scope, null)
    expect(releases).toEqual([
      { release: 'two', first_ms: START + 4 * HOUR, last_ms: START + 4 * HOUR, count: 1 },
      { release: 'one', first_ms: START + HOUR, last_ms: START + HOUR, count: 2 },
    ])
    const lcp = histograms.filter(({ vital }) => vital === 'lcp')
    expect(lcp.map(({ release, route, count }) => `${release} ${route} ${count}`).toSorted()).toEqual([
      'one /a 1',
      'one /b 1',
      'one null 2',
      'two null 1',
    ])
    const only = await readReleaseHistograms(scope, ['one'])
    expect(new Set(only.histograms.map(({ release }) => release))).toEqual(new Set(['one']))
    expect(only.releases).toHaveLength(2)
  })

  test('readVitalSamples gives the rows of both kinds, or null when there are more than the limit', async () => {
    const rows = await readVitalSamples(scope, 7)
    expect(rows).toHaveLength(7)
    expect(rows?.filter(({ custom }) => custom !== null)).toHaveLength(2)
    expect(await readVitalSamples(scope, 6)).toBeNull()
  })

  describe('readVitalCauses', () => {
    test('adds up the parts and groups by what is behind it, most slow samples first', async () => {
      const causes = await readVitalCauses(scope, 'lcp')
      expect(causes).toMatchObject({ count: 3, isWhole: true })
      expect(causes.parts.toSorted((a, b) => a.part.localeCompare(b.part))).toEqual([
        { part: 'resourceLoadDelay', count: 3, p75: 500, total: 900 },
        { part: 'timeToFirstByte', count: 3, p75: 100, total: 300 },
      ])
      expect(causes.causes).toEqual([
        { kind: 'target', value: '#hero', count: 2, slowCount: 1, p75: 4000 },
        { kind: 'target', value: 'h1', count: 1, slowCount: 1, p75: 4000.5 },
      ])
      expect((await readVitalCauses({ ...scope, filters: { route: '/b' } }, 'lcp')).count).toBe(1)
      expect((await readVitalCauses(scope, 'inp')).causes).toEqual([])
    })

    test('a vital without causes is refused', async () => {
      await expect(readVitalCauses(scope, 'ttfb')).rejects.toThrow()
    })
  })
})
