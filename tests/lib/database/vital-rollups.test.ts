import { describe, expect, test } from 'vitest'
import type { ProjectId } from '@/lib/core/ids'
import { VITALS, type Vital } from '@/lib/core/vitals'
import {
  readCustomHistograms,
  readReleaseHistograms,
  readVitalBreakdowns,
  readVitalOverview,
  readVitalSamples,
  type VitalDimension,
  type VitalScope,
} from '@/lib/database/vital-reports'
import { markAllVitals, rollUpVitals } from '@/lib/database/vital-rollups'
import { rankHistogram, rankSignedHistogram } from '@/lib/insights/models/packed-histogram'
import type { RankedSamples } from '@/lib/insights/models/ranked-samples'
import {
  toClassedSamples,
  toCustomSamples,
  toSampleGroups,
  toSampleSeries,
  toVitalValues,
} from '@/lib/insights/models/vital-samples'
import { insert, toActor } from '../../sql/reports/rows'
import { append, call, createProject, uuid } from '../../sql/store-rows'
import { describeStores, type TestStore } from '../../support/store'
import { createRandom } from '../insights/reference/random'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.UTC(2026, 3, 1)
/** Sixty days later: the first days are old enough for thin hours, the last one is not over. */
const NOW = START + 60 * DAY + 5 * HOUR
const DIMENSIONS: readonly VitalDimension[] = [
  'route',
  'device',
  'connection',
  'country',
  'browser',
  'navigation_type',
  'release',
]

describeStores('rolled up vitals', (store) => {
  const scopeOf = (project: number, more: Partial<VitalScope> = {}): VitalScope => ({
    projectId: project as ProjectId,
    fromMs: START,
    toMs: NOW,
    filters: {},
    includeBots: false,
    isSoft: false,
    ...more,
  })

  let projectCount = 0
  const nextProject = () => {
    projectCount += 1
    return createProject(store, `vitals-${projectCount}`)
  }

  test('equal the rows after any sequence of inserts, merges, late rows, erasures and bots, at every moment', async () => {
    const random = createRandom(4)
    for (let set = 0; set < 3; set += 1) {
      const project = await nextProject()
      const rows = Array.from({ length: 150 }, () => createRow(random, project))
      await insert(store, 'performance_metrics', rows)
      for (let round = 0; round < 2; round += 1) {
        // Without time to spare one call makes one day and leaves the rest as it is.
        await call(store, 'roll_up_vitals', { p_now: NOW, p_budget_ms: 0 })
        await compare(random, scopeOf(project), `set ${set} round ${round} rolled up in part`)
        await rollUpVitals(NOW)
        await compare(random, scopeOf(project), `set ${set} round ${round} rolled up`)
        await change(store, random, project, rows)
        await compare(random, scopeOf(project), `set ${set} round ${round} changed`)
      }
    }
  }, 240_000)

  test('are made from what they are asked for, not read from rows', async () => {
    const project = await nextProject()
    await insert(store, 'performance_metrics', [{ project_id: project, timestamp: START, lcp: 1_000 }])
    await rollUpVitals(NOW)
    // Nobody else writes here: a slice that is wrong shows only if it is read.
    await store.sql(
      'update public.vital_histograms set count = array_fill(7, array[cardinality(count)]) where project_id = $1',
      [project],
    )
    expect((await readVitalOverview(scopeOf(project), null)).vitals.lcp.count).toBe(7)
    expect((await readVitalOverview(scopeOf(project, { includeBots: true }), null)).vitals.lcp.count).toBe(1)
  })

  test('are all made anew on demand, and once more changes nothing', async () => {
    const project = await nextProject()
    await insert(store, 'performance_metrics', [{ project_id: project, timestamp: START, lcp: 1_000 }])
    await rollUpVitals(NOW)
    // One slice is wrong, another is of rows that are gone: neither has a mark.
    await store.sql(
      `update public.vital_histograms set count = array_fill(7, array[cardinality(count)]) where project_id = ${project};
       insert into public.vital_slices (project_id, hour_count, start_ms) values (${project}, 24, ${START + 5 * DAY})`,
    )
    expect(await markAllVitals(project as ProjectId)).toBe(24 + 24)
    const { hours, isDone } = await rollUpVitals(NOW)
    expect({ hours, isDone }).toEqual({ hours: 48, isDone: true })
    expect((await readVitalOverview(scopeOf(project), null)).vitals.lcp.count).toBe(1)
    expect(await rollUpVitals(NOW)).toEqual({ hours: 0, isDone: true })
    const [left] = await store.sql<{ count: number }>(
      'select count(*)::int as count from public.vital_marks where hour_ms <= $1',
      [NOW - HOUR],
    )
    expect(left?.count).toBe(0)
  })

  test('a row that comes after its marks were taken is not lost', async () => {
    const project = await nextProject()
    const row = (number: number) => ({
      project_id: project,
      timestamp: START + number,
      id: uuid(number),
      navigation_type: 'navigate',
      lcp: 100,
    })
    await insert(store, 'performance_metrics', [row(1)])
    await rollUpVitals(NOW)
    // A mark that is committed after the roll-up took the others: as of a transaction that it could not see.
    await insert(store, 'performance_metrics', [row(2)])
    expect((await readVitalOverview(scopeOf(project), null)).vitals.lcp.count).toBe(2)
    await rollUpVitals(NOW)
    expect((await readVitalOverview(scopeOf(project), null)).vitals.lcp.count).toBe(2)
  })

  test('a route longer than an index entry is rolled up like any other', async () => {
    const project = await nextProject()
    const route = `/${'ü'.repeat(2_000)}${Array.from({ length: 400 }, (_, index) => index * 7_919).join('')}`
    await insert(store, 'performance_metrics', [
      { project_id: project, timestamp: START, navigation_type: 'navigate', route, lcp: 100 },
      { project_id: project, timestamp: START, navigation_type: 'navigate', route: '/', lcp: 200 },
    ])
    await rollUpVitals(NOW)
    expect((await readVitalOverview(scopeOf(project, { filters: { route } }), null)).vitals.lcp.count).toBe(1)
    expect(await readVitalBreakdowns(scopeOf(project), ['route'])).toHaveLength(2)
  })

  test('the open hour keeps one mark however many appends there were', async () => {
    const project = await nextProject()
    for (let number = 1; number <= 5; number += 1) {
      await append(store, 'append_vitals', [{ id: uuid(number), actor_id: uuid(1), timestamp: NOW, lcp: 1 }], project)
    }
    await rollUpVitals(NOW)
    const marks = await store.sql('select 1 as one from public.vital_marks where project_id = $1', [project])
    expect(marks).toHaveLength(1)
    const slices = await store.sql('select 1 as one from public.vital_slices where project_id = $1', [project])
    expect(slices).toHaveLength(0)
  })

  test('old hours keep only what series need, and come back when a late row arrives', async () => {
    const project = await nextProject()
    const row = (hours: number) => ({ ...createRow(createRandom(hours + 1), project), timestamp: START + hours * HOUR })
    await insert(store, 'performance_metrics', [row(1), row(2)])
    await rollUpVitals(NOW)
    await rollUpVitals(NOW)
    const readDimensions = () =>
      store.sql<{ dimension: string }>(
        'select distinct dimension from public.vital_histograms where project_id = $1 and hour_count = 1 order by 1',
        [project],
      )
    expect(await readDimensions()).toEqual([{ dimension: 'all' }])
    await insert(store, 'performance_metrics', [row(2)])
    await rollUpVitals(NOW)
    await compare(createRandom(1), scopeOf(project), 'late')
  })

  /** Every report of the project over random ranges, kinds and filters, against the rows themselves. */
  async function compare(random: () => number, whole: VitalScope, label: string): Promise<void> {
    const pick = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value
    for (let asked = 0; asked < 3; asked += 1) {
      const fromMs = START + Math.floor(random() * 50 * DAY) - (asked === 0 ? 60 * DAY : 0)
      const toMs = asked === 0 ? NOW + DAY : Math.min(NOW, fromMs + Math.ceil(random() * 12 * DAY))
      const filters = pick([
        {},
        {},
        { route: '/a' },
        { device: 'mobile' },
        { release: 'r1' },
        { release: 'r1', route: '/a' },
        { browser: 'Chrome', country: 'DE' },
        { os: 'iOS' },
      ])
      const scope = { ...whole, fromMs, toMs, filters, isSoft: random() < 0.3, includeBots: random() < 0.15 }
      const at = `${label}: ${JSON.stringify(scope)}`
      const rows = (await readVitalSamples(scope, 10_000)) ?? []
      const bucket = toMs - fromMs > 3 * DAY ? 'day' : 'hour'
      const timezone = pick(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe'])
      const overview = await readVitalOverview(scope, { bucket, timezone })
      const navigations = rows.filter(
        (row) => row.navigation_type !== null || VITALS.some((vital) => row[vital] !== null),
      )
      const isSoft = (row: { navigation_type: string | null }) => row.navigation_type === 'soft-navigation'
      expect([overview.hard, overview.soft], at).toEqual([
        navigations.filter((row) => !isSoft(row)).length,
        navigations.filter(isSoft).length,
      ])
      for (const vital of VITALS) {
        const { samples, ...classes } = toClassedSamples(vital, toVitalValues(rows, vital, scope.isSoft))
        const found = overview.vitals[vital]
        expect({ count: found.count, good: found.good, poor: found.poor }, `${vital} ${at}`).toEqual(classes)
        expectNear(rankHistogram(found), samples, `${vital} ${at}`)
        const series = overview.series?.[vital] ?? []
        const starts = series.map(({ start }) => start)
        for (const [index, point] of toSampleSeries(rows, vital, scope.isSoft, starts).entries()) {
          expect(series[index]?.count, `${vital} ${at}`).toBe(point.count)
          expectClose(series[index]?.p75, point.p75, `${vital} ${at}`)
        }
      }
      const groups = await readVitalBreakdowns(scope, DIMENSIONS)
      const expected = DIMENSIONS.flatMap((dimension) => toSampleGroups(rows, dimension, scope.isSoft))
      expect(groups.map(toKey).toSorted(), at).toEqual(expected.map(toKey).toSorted())
      for (const group of expected) {
        const found = groups.find(({ dimension, value }) => dimension === group.dimension && value === group.value)
        for (const vital of VITALS) {
          expect(toClasses(found, vital), at).toEqual(toClasses(group, vital))
          expectClose(found?.[vital]?.p75, group[vital]?.p75, at)
        }
      }
      const custom = await readCustomHistograms(scope)
      for (const [index, { name, samples }] of toCustomSamples(rows).entries()) {
        expect([custom[index]?.name, custom[index]?.count], at).toEqual([name, samples.count])
        expectNear(rankSignedHistogram(custom[index]?.positive, custom[index]?.negative), samples, at)
      }
      const { releases } = await readReleaseHistograms({ ...scope, filters: {} }, null)
      if (Object.keys(filters).length === 0) {
        const known = navigations.filter((row) => row.release !== null && isSoft(row) === scope.isSoft)
        for (const { release, first_ms, last_ms, count } of releases) {
          const times = known.filter((row) => row.release === release).map(({ timestamp }) => timestamp)
          expect([first_ms, last_ms, count], at).toEqual([Math.min(...times), Math.max(...times), times.length])
        }
        expect(releases.length, at).toBe(new Set(known.map(({ release }) => release)).size)
      }
    }
  }
})

describe('the comparison', () => {
  test('tells a wrong figure from a right one', () => {
    expect(() => expectClose(101.2, 100, '')).toThrow()
    expect(() => expectClose(null, 100, '')).toThrow()
    expectClose(100.9, 100, '')
  })
})

function expectNear(found: RankedSamples, exact: RankedSamples, label: string): void {
  expect(found.count, label).toBe(exact.count)
  for (const rank of new Set([1, Math.ceil(exact.count / 2), exact.count])) {
    if (rank >= 1 && exact.count > 0) expectClose(found.at(rank), exact.at(rank), label)
  }
}

function expectClose(found: number | null | undefined, exact: number | null | undefined, label: string): void {
  if (exact === null || exact === undefined) expect(found ?? null, label).toBeNull()
  else expect(Math.abs((found ?? Infinity) - exact), label).toBeLessThanOrEqual(Math.abs(exact) * 0.01 + 1e-9)
}

type Group = { dimension: string; value: string; count: number } & Partial<
  Record<Vital, { count: number; good: number; poor: number }>
>
function toKey({ dimension, value, count }: Group): string {
  return `${dimension} ${value} ${count}`
}
function toClasses(group: Group | undefined, vital: Vital) {
  const { count = 0, good = 0, poor = 0 } = group?.[vital] ?? {}
  return { count, good, poor }
}

let rowNumber = 0
function createRow(random: () => number, project: number) {
  const pick = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value
  rowNumber += 1
  const isCustomAlone = random() < 0.05
  const measure = (scale: number) =>
    isCustomAlone || random() < 0.2 ? null : toDecimals(-Math.log(1 - random()) * scale)
  return {
    project_id: project,
    id: uuid(rowNumber),
    who: pick(['ann', 'bob', 'cho']),
    // Crowded, so that hours hold several; on their edges, too.
    timestamp:
      START +
      Math.floor(random() ** 2 * 12 + (random() < 0.4 ? 48 : 0)) * DAY +
      Math.floor(random() * 6) * HOUR +
      (random() < 0.2 ? 0 : Math.floor(random() * HOUR)),
    navigation_type: isCustomAlone ? null : pick(['navigate', 'reload', 'soft-navigation', 'back-forward']),
    route: pick(['/a', '/b', '/c?utm_source=x', null]),
    device: pick(['mobile', 'desktop', null]),
    connection: pick(['4g', '3g', null]),
    country: pick(['DE', 'FR', null]),
    browser: pick(['Chrome', 'Firefox', null]),
    os: pick(['iOS', 'Linux', null]),
    release: pick(['r1', 'r2', null]),
    lcp: measure(2_500),
    inp: measure(150),
    cls: isCustomAlone ? null : random() < 0.3 ? 0 : toDecimals(random() ** 3),
    fcp: measure(1_500),
    ttfb: measure(600),
    custom: isCustomAlone || random() < 0.1 ? { search: toDecimals((random() - 0.3) * 100), zero: 0 } : null,
    bot_reasons: random() < 0.1 ? ['user_agent'] : null,
  }
}

function toDecimals(value: number): number {
  return Math.round(value * 1e4) / 1e4
}

/** A few of the things that happen to rows. */
async function change(
  store: TestStore,
  random: () => number,
  project: number,
  rows: ReturnType<typeof createRow>[],
): Promise<void> {
  const some = () => rows[Math.floor(random() * rows.length)] as (typeof rows)[number]
  const late = Array.from({ length: 3 }, () => createRow(random, project))
  rows.push(...late)
  await insert(store, 'performance_metrics', late)
  const merged = some()
  const send = { id: merged.id, actor_id: toActor(merged.who), timestamp: merged.timestamp, seq: 9 }
  await append(
    store,
    'append_vitals',
    [{ ...send, inp: toDecimals(random() * 900), cls: 0.3, connection: '3g' }],
    project,
  )
  if (random() < 0.5) {
    await store.sql('delete from public.performance_metrics where project_id = $1 and actor_id = $2', [
      project,
      toActor(some().who),
    ])
  }
  if (random() < 0.5) {
    await store.sql(
      'update public.performance_metrics set bot_reasons = null where project_id = $1 and bot_reasons is not null and timestamp > $2',
      [project, START + Math.floor(random() * 40 * DAY)],
    )
  }
}
