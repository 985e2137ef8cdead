import { beforeAll, expect, test } from 'vitest'
import type { ProjectId } from '@/lib/core/ids'
import { readAiReport } from '@/lib/database/ai-reports'
import { insert, nextProject, toActor } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'

const HOUR = 3_600_000
const START = Date.UTC(2026, 4, 1)

describeStores('AI reports', (store) => {
  const project = nextProject() as ProjectId
  const scope = { projectId: project, fromMs: START, toMs: START + 3 * HOUR }
  const HOURLY = { bucket: 'hour', timezone: 'UTC' } as const
  const call = (hours: number, more: object) => ({ project_id: project, timestamp: START + hours * HOUR, ...more })

  beforeAll(() =>
    insert(store, 'ai_performance_metrics', [
      call(0, { model: 'large', endpoint: '/plan', duration: 900, tokens: 100, cost_usd: 0.1 }),
      call(0, { model: 'large', endpoint: '/plan', duration: 1100, tokens: 50, cost_usd: 0.2 }),
      call(0, { model: 'large', endpoint: '/chat', duration: 1, cache_hit: true }),
      call(2, { model: 'small', endpoint: '/chat', duration: 300, success: false }),
      call(2, { duration: null }),
      call(3, { model: 'late', duration: 5 }),
      call(-3, { model: 'before', duration: 5 }),
      { ...call(1, { model: 'other' }), project_id: nextProject() },
    ]),
  )

  test('counts calls and leaves cache hits out of the latency', async () => {
    const { summary, previous } = await readAiReport(scope, HOURLY)
    expect(summary).toEqual({
      requests: 5,
      errors: 1,
      cache_hits: 1,
      tokens: 150,
      cost_usd: 0.3,
      p50: 900,
      p95: 1100,
      p99: 1100,
    })
    expect(previous).toEqual({ requests: 1, errors: 0, cache_hits: 0, tokens: 0, cost_usd: null })
  })

  test('a segment leaves the calls of its known users, whatever the other filters say', async () => {
    const own = nextProject() as ProjectId
    const row = (who: string, more: object) => ({ project_id: own, who, timestamp: START, ...more })
    await insert(store, 'user_events', [row('ann', { event: 'bought' }), row('bob', { event: 'seen' })])
    await store.sql(
      'insert into public.actor_person (project_id, actor_id, person_id) select $1::int, a, a from unnest($2::uuid[]) as a',
      [own, ['ann', 'bob'].map(toActor)],
    )
    const calls = ['ann', 'ann', 'bob', 'nobody'].map((who) => row(who, { model: who, duration: 5 }))
    await insert(store, 'ai_performance_metrics', calls)
    const segment = { match: 'all', conditions: [{ kind: 'did', event: { event: 'bought' } }] }
    const narrowed = { ...scope, projectId: own, filters: { segment, now: START, route: '/nowhere' } }
    for (const exactMax of [0, 10_000]) {
      const { summary, models, series } = await readAiReport(narrowed, HOURLY, exactMax)
      expect(summary.requests).toBe(2)
      expect(models.map(({ name }) => name)).toEqual(['ann'])
      expect(series.map(({ requests }) => requests)).toEqual([2, 0, 0])
    }
    const whole = await readAiReport({ ...narrowed, filters: { route: '/nowhere' } }, HOURLY)
    expect(whole.summary.requests).toBe(4)
  })

  test('nothing is zeros, an unknown cost and no latency', async () => {
    expect((await readAiReport({ ...scope, projectId: 99_999 as ProjectId }, HOURLY)).summary).toEqual({
      requests: 0,
      errors: 0,
      cache_hits: 0,
      tokens: 0,
      cost_usd: null,
      p50: null,
      p95: null,
      p99: null,
    })
  })

  test('the series has every bucket', async () => {
    expect((await readAiReport(scope, HOURLY)).series).toEqual([
      { start: START, requests: 3, errors: 0, p95: 1100, costUsd: 0.3 },
      { start: START + HOUR, requests: 0, errors: 0, p95: null, costUsd: null },
      { start: START + 2 * HOUR, requests: 2, errors: 1, p95: 300, costUsd: null },
    ])
  })

  test('groups by model and by endpoint, calls that named none as unknown', async () => {
    const { models, endpoints } = await readAiReport(scope, HOURLY)
    expect(models).toEqual([
      { name: 'large', requests: 3, errors: 0, cache_hits: 1, tokens: 150, cost_usd: 0.3, p50: 900, p95: 1100 },
      { name: 'small', requests: 1, errors: 1, cache_hits: 0, tokens: 0, cost_usd: null, p50: 300, p95: 300 },
      { name: 'unknown', requests: 1, errors: 0, cache_hits: 0, tokens: 0, cost_usd: null, p50: null, p95: null },
    ])
    expect(endpoints.map(({ name, requests }) => [name, requests])).toEqual([
      ['/chat', 2],
      ['/plan', 2],
      ['unknown', 1],
    ])
  })
})
