import { describe, expect, test } from 'vitest'
import type { ProjectId } from '@/lib/core/ids'
import { readAiReport } from '@/lib/database/ai-reports'
import { markAllCalls, rollUpCalls } from '@/lib/database/call-rollups'
import { readDatabaseReport } from '@/lib/database/database-reports'
import { insert, nextProject, toActor } from '../../sql/reports/rows'
import { append, call, createProject, uuid } from '../../sql/store-rows'
import { describeStores, type TestStore } from '../../support/store'
import { createRandom } from '../insights/reference/random'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.UTC(2026, 3, 1)
/** The first days are old enough for thin hours, the last one is not over. */
const NOW = START + 12 * DAY + 5 * HOUR
const LANES = ['ai', 'database'] as const
type Lane = (typeof LANES)[number]

describeStores('rolled up calls', (store) => {
  const read = (lane: Lane, project: number, fromMs: number, toMs: number, timezone: string, exactMax: number) => {
    const scope = { projectId: project as ProjectId, fromMs, toMs }
    const series = { bucket: toMs - fromMs > 2 * DAY ? 'day' : 'hour', timezone } as const
    return lane === 'ai' ? readAiReport(scope, series, exactMax) : readDatabaseReport(scope, series, exactMax)
  }
  /** From histograms, however few calls there are. */
  const readWhole = (lane: Lane, project: number) => read(lane, project, START, NOW, 'UTC', 0)

  test('equal the rows after any sequence of appends, late rows and erasures, at every moment', async () => {
    const random = createRandom(11)
    for (let set = 0; set < 3; set += 1) {
      const project = nextProject()
      const rows = {
        ai: Array.from({ length: 90 }, () => createCall(random, project)),
        database: Array.from({ length: 90 }, () => createQuery(random, project)),
      }
      for (const lane of LANES) await insert(store, toTable(lane), rows[lane])
      for (let round = 0; round < 3; round += 1) {
        const label = `set ${set} round ${round}`
        // Without time to spare one call makes one day and leaves the rest as it is.
        await call(store, 'roll_up_calls', { p_now: NOW, p_budget_ms: 0 })
        await compare(random, project, `${label} rolled up in part`)
        await rollUpCalls(NOW)
        await compare(random, project, `${label} rolled up`)
        await change(store, random, project, rows)
        await compare(random, project, `${label} changed`)
      }
    }
  }, 240_000)

  test('are made from what they are asked for, not read from rows', async () => {
    const project = nextProject()
    for (const lane of LANES) await insert(store, toTable(lane), [createRow(lane, project, START)])
    await rollUpCalls(NOW)
    // Nobody else writes here: a slice that is wrong shows only if it is read.
    await store.sql('update public.call_sums set count = 7 where project_id = $1', [project])
    expect((await readWhole('ai', project)).summary).toMatchObject({ requests: 7 })
    expect((await readWhole('database', project)).summary).toMatchObject({ queries: 7 })
    expect((await read('ai', project, START, NOW, 'UTC', 1)).summary).toMatchObject({ requests: 1 })
  })

  test('are all made anew on demand, and once more changes nothing', async () => {
    const project = nextProject()
    for (const lane of LANES) await insert(store, toTable(lane), [createRow(lane, project, START)])
    await rollUpCalls(NOW)
    // One slice is wrong, another is of rows that are gone: neither has a mark.
    await store.sql(
      `update public.call_sums set count = 7 where project_id = ${project};
       insert into public.call_slices (project_id, lane, hour_count, start_ms) values (${project}, 'ai', 24, ${START + 5 * DAY})`,
    )
    expect(await markAllCalls(project as ProjectId)).toBe(24 + 24 + 24)
    expect(await rollUpCalls(NOW)).toEqual({ hours: 72, isDone: true })
    expect((await readWhole('ai', project)).summary).toMatchObject({ requests: 1 })
    expect((await readWhole('database', project)).summary).toMatchObject({ queries: 1 })
    expect(await rollUpCalls(NOW)).toEqual({ hours: 0, isDone: true })
  })

  test('a query longer than an index entry is rolled up like any other', async () => {
    const project = nextProject()
    const query = `select ${Array.from({ length: 900 }, (_, index) => `c${index * 7_919}`).join()}`
    await insert(store, toTable('database'), [
      createRow('database', project, START, { query }),
      createRow('database', project, START),
    ])
    await rollUpCalls(NOW)
    const { slowest } = await readDatabaseReport(
      { projectId: project as ProjectId, fromMs: START, toMs: START + DAY },
      { bucket: 'day', timezone: 'UTC' },
      0,
    )
    expect(slowest.map((each) => each.query).toSorted()).toEqual([query, 'select a'].toSorted())
  })

  test('the open hour keeps one mark however many appends there were', async () => {
    const project = await createProject(store, 'calls-open')
    for (let number = 1; number <= 5; number += 1) {
      const row = { id: uuid(number), actor_id: uuid(1), timestamp: NOW, query: 'select a', duration: 1 }
      await append(store, 'append_database_metrics', [row], project)
    }
    await rollUpCalls(NOW)
    expect(await store.sql('select 1 as one from public.call_marks where project_id = $1', [project])).toHaveLength(1)
    expect(await store.sql('select 1 as one from public.call_slices where project_id = $1', [project])).toHaveLength(0)
  })

  test('old hours keep only what series need, and come back when a late row arrives', async () => {
    const project = nextProject()
    await insert(store, toTable('ai'), [createRow('ai', project, START), createRow('ai', project, START + HOUR)])
    await rollUpCalls(NOW)
    await rollUpCalls(NOW)
    const readDimensions = () =>
      store.sql<{ dimension: string }>(
        'select distinct dimension from public.call_sums where project_id = $1 and hour_count = 1 order by 1',
        [project],
      )
    expect(await readDimensions()).toEqual([{ dimension: 'all' }])
    await insert(store, toTable('ai'), [createRow('ai', project, START + 2 * HOUR)])
    await rollUpCalls(NOW)
    expect((await readWhole('ai', project)).summary).toMatchObject({ requests: 3 })
    expect(await readWhole('ai', project)).toMatchObject({ models: [{ name: 'small', requests: 3 }] })
  })

  test('what lay in a dropped partition counts no more', async () => {
    const project = nextProject()
    await insert(store, toTable('ai'), [createRow('ai', project, START), createRow('ai', project, START + 3 * DAY)])
    await rollUpCalls(NOW)
    // As when a partition goes: no trigger tells of it.
    await store.sql(
      `alter table public.ai_performance_metrics disable trigger user;
       delete from public.ai_performance_metrics where project_id = ${project} and timestamp = ${START};
       alter table public.ai_performance_metrics enable trigger user`,
    )
    expect((await readWhole('ai', project)).summary).toMatchObject({ requests: 1 })
    await rollUpCalls(NOW)
    const days = await store.sql('select 1 as one from public.call_slices where project_id = $1 and hour_count = 24', [
      project,
    ])
    expect(days).toHaveLength(1)
  })

  /** Both reports over random ranges, once with histograms and once from the rows themselves. */
  async function compare(random: () => number, project: number, label: string): Promise<void> {
    for (let asked = 0; asked < 4; asked += 1) {
      const fromMs = START + Math.floor(random() * 9 * DAY) - (asked === 0 ? 20 * DAY : 0)
      const toMs = asked === 0 ? NOW + DAY : Math.min(NOW, fromMs + Math.ceil(random() ** 2 * 9 * DAY))
      const timezone = pick(random, ['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe'])
      for (const lane of LANES) {
        const at = `${label}: ${lane} ${fromMs} ${toMs} ${timezone}`
        const [found, exact] = await Promise.all(
          [0, 1_000_000].map((max) => read(lane, project, fromMs, toMs, timezone, max)),
        )
        expectNear(toComparable(found), toComparable(exact), at)
      }
    }
  }
})

describe('the comparison', () => {
  test('tells a wrong figure from a right one', () => {
    const report = { summary: { requests: 2, p50: 100 }, models: [{ name: 'a', rows: 10 }] }
    expectNear({ ...report, summary: { requests: 2, p50: 100.9 } }, report, '')
    expect(() => expectNear({ ...report, summary: { requests: 3, p50: 100 } }, report, '')).toThrow()
    expect(() => expectNear({ ...report, summary: { requests: 2, p50: 101.1 } }, report, '')).toThrow()
    expect(() => expectNear({ ...report, summary: { requests: 2, p50: null } }, report, '')).toThrow()
    expect(() => expectNear({ ...report, models: [] }, report, '')).toThrow()
  })
})

const NEAR = ['p50', 'p95', 'p99', 'rows']

/** Percentiles within 1 %, all else equal. */
function expectNear(found: unknown, exact: unknown, label: string, name = ''): void {
  if (typeof found === 'number' && typeof exact === 'number' && NEAR.includes(name)) {
    // Rows are whole numbers, and figures have five digits.
    const slack = Math.abs(exact) * 0.010_01 + (name === 'rows' ? 0.5 : 0)
    expect(Math.abs(found - exact), `${label} ${name}: ${found} for ${exact}`).toBeLessThanOrEqual(slack)
  } else if (typeof found === 'object' && found !== null && typeof exact === 'object' && exact !== null) {
    expect(Object.keys(found), label).toEqual(Object.keys(exact))
    for (const [key, value] of Object.entries(exact)) {
      expectNear((found as Record<string, unknown>)[key], value, `${label} ${key}`, key)
    }
  } else expect(found, `${label} ${name}`).toEqual(exact)
}

/** Queries whose p95 are as good as equal may change places. */
function toComparable(report: unknown): unknown {
  const { slowest, ...rest } = report as { slowest?: readonly { query: string }[] }
  return { ...rest, slowest: slowest?.toSorted((one, other) => (one.query < other.query ? -1 : 1)) }
}

function toTable(lane: Lane): string {
  return `${lane}_performance_metrics`
}

function pick<Value>(random: () => number, values: readonly Value[]): Value {
  return values[Math.floor(random() * values.length)] as Value
}

function createRow(lane: Lane, project: number, timestamp: number, more: object = {}) {
  const own = lane === 'ai' ? { model: 'small' } : { query: 'select a' }
  return { project_id: project, timestamp, duration: 100, ...own, ...more }
}

function createTime(random: () => number): number {
  const day = Math.floor(random() ** 2 * 12)
  return START + day * DAY + Math.floor(random() * 6) * HOUR + (random() < 0.2 ? 0 : Math.floor(random() * HOUR))
}

function createDuration(random: () => number): number {
  return random() < 0.1 ? 0 : Math.round(-Math.log(1 - random()) * 900 * 1e3) / 1e3
}

function createCall(random: () => number, project: number) {
  return {
    project_id: project,
    who: pick(random, ['ann', 'bob', 'cho']),
    timestamp: createTime(random),
    model: pick(random, ['large', 'small', null]),
    endpoint: pick(random, ['/plan', '/chat', null]),
    duration: random() < 0.1 ? null : createDuration(random),
    tokens: random() < 0.2 ? null : Math.floor(random() * 1_000),
    // Quarters add up to the same in any order.
    cost_usd: random() < 0.5 ? null : Math.floor(random() * 40) / 4,
    success: random() < 0.9,
    cache_hit: random() < 0.3,
  }
}

function createQuery(random: () => number, project: number) {
  return {
    project_id: project,
    who: pick(random, ['ann', 'bob', 'cho']),
    timestamp: createTime(random),
    query: pick(random, ['select a', 'select b', 'update c']),
    duration: createDuration(random),
    rows: random() < 0.2 ? null : Math.floor(random() ** 3 * 3_000),
    cached: random() < 0.3,
  }
}

/** A few of the things that happen to rows. */
async function change(
  store: TestStore,
  random: () => number,
  project: number,
  rows: { ai: ReturnType<typeof createCall>[]; database: ReturnType<typeof createQuery>[] },
): Promise<void> {
  const late = {
    ai: Array.from({ length: 3 }, () => createCall(random, project)),
    database: Array.from({ length: 3 }, () => createQuery(random, project)),
  }
  for (const lane of LANES) {
    rows[lane].push(...(late[lane] as never[]))
    await insert(store, toTable(lane), late[lane])
    if (random() < 0.4) {
      await store.sql(
        `delete from public.${toTable(lane)} where project_id = $1 and actor_id = $2 and timestamp > $3`,
        [project, toActor(pick<{ who: string }>(random, rows[lane]).who), createTime(random)],
      )
    }
    if (random() < 0.3) {
      await store.sql(
        `update public.${toTable(lane)} set duration = duration + 1 where project_id = $1 and timestamp > $2`,
        [project, createTime(random)],
      )
    }
  }
}
