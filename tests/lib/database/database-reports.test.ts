import { beforeAll, expect, test } from 'vitest'
import { SLOW_QUERY_MS } from '@/lib/contracts/database-performance-report'
import type { ProjectId } from '@/lib/core/ids'
import { readDatabaseReport } from '@/lib/database/database-reports'
import { insert, nextProject } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'

const HOUR = 3_600_000
const START = Date.UTC(2026, 4, 1)

describeStores('database reports', (store) => {
  const project = nextProject() as ProjectId
  const scope = { projectId: project, fromMs: START, toMs: START + 2 * HOUR }
  const HOURLY = { bucket: 'hour', timezone: 'UTC' } as const
  const run = (query: string, duration: number, more: object = {}) => ({
    project_id: project,
    timestamp: START,
    query,
    duration,
    ...more,
  })

  beforeAll(() =>
    insert(store, 'database_performance_metrics', [
      run('select a', 1000, { rows: 1 }),
      run('select a', 1000.5, { rows: 5 }),
      run('select a', 20, { rows: 9 }),
      run('select a', 1, { cached: true, rows: 1000 }),
      run('select b', 30),
      run('select c', 2, { cached: true }),
      run('select late', 9, { timestamp: START + 2 * HOUR }),
      { ...run('select other', 9), project_id: nextProject() },
    ]),
  )

  test('counts what took longer as slow and leaves cached answers out of the latency', async () => {
    expect((await readDatabaseReport(scope, HOURLY)).summary).toEqual({
      queries: 6,
      slow: 1,
      cached: 2,
      p50: 30,
      p95: 1000.5,
      p99: 1000.5,
    })
  })

  test('nothing is zeros and nulls', async () => {
    expect((await readDatabaseReport({ ...scope, projectId: 99_999 as ProjectId }, HOURLY)).summary).toEqual({
      queries: 0,
      slow: 0,
      cached: 0,
      p50: null,
      p95: null,
      p99: null,
    })
  })

  test('the series has every bucket', async () => {
    expect((await readDatabaseReport(scope, HOURLY)).series).toEqual([
      { start: START, queries: 6, slow: 1, p95: 1000.5 },
      { start: START + HOUR, queries: 0, slow: 0, p95: null },
    ])
  })

  test('the slowest are ordered by p95 of real runs, with the median of their rows', async () => {
    expect((await readDatabaseReport(scope, HOURLY)).slowest).toEqual([
      { query: 'select a', count: 3, p50: 1000, p95: 1000.5, max: 1000.5, rows: 5 },
      { query: 'select b', count: 1, p50: 30, p95: 30, max: 30, rows: null },
    ])
  })

  test('the store calls slow what the contract calls slow', async () => {
    expect(await store.sql('select public.get_slow_query_ms() as ms')).toEqual([{ ms: SLOW_QUERY_MS }])
  })
})
