import { expect, test } from 'vitest'
import { type FunnelRequest, funnelQuery, funnelReport } from '@/lib/contracts/funnel'
import { readFunnel } from '@/lib/insights/funnel'
import { insert, nextProject } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'
import { createProject } from './project'

const DAY = 86_400_000
const START = Date.UTC(2026, 4, 1)
const NOW = START + 40 * DAY
const range = { from: START, to: START + 31 * DAY }
const ask = (request: FunnelRequest, id: number) => readFunnel(createProject(id), funnelQuery.parse(request), NOW)

/** Times whose median is their average, one person in each bucket. */
const toTimes = (ms: number, buckets: [number, number][]) => ({
  medianMs: ms,
  averageMs: ms,
  histogram: buckets.map(([fromMs, toMs]) => ({ fromMs, toMs, count: 1 })),
})

describeStores('readFunnel', (store) => {
  test('answers people, ratios, losses and times, as the contract says', async () => {
    const project = nextProject()
    const hit = (who: string, event: string, day: number) => ({
      project_id: project,
      who,
      event,
      timestamp: START + day * DAY,
    })
    await insert(store, 'user_events', [
      ...['a', 'b', 'c', 'd'].map((who) => hit(who, 'signup', 0)),
      hit('a', 'pay', 1),
      hit('b', 'pay', 3),
      hit('c', 'pay', 15),
    ])
    const steps = [{ event: 'signup' }, { event: 'pay' }]
    const report = await ask({ ...range, steps }, project)
    expect(funnelReport.parse(report)).toEqual(report)
    expect(report).toEqual({
      excludedCount: 0,
      total: toTimes(2 * DAY, [
        [DAY, 2 * DAY],
        [2 * DAY, 4 * DAY],
      ]),
      steps: [
        {
          index: 1,
          event: 'signup',
          count: 4,
          conversionRatio: 1,
          stepRatio: 1,
          dropOffCount: 0,
          medianMsFromPrevious: null,
          averageMsFromPrevious: null,
          timeToConvert: null,
        },
        {
          index: 2,
          event: 'pay',
          count: 2,
          conversionRatio: 0.5,
          stepRatio: 0.5,
          dropOffCount: 2,
          medianMsFromPrevious: 2 * DAY,
          averageMsFromPrevious: 2 * DAY,
          timeToConvert: toTimes(2 * DAY, [
            [DAY, 2 * DAY],
            [2 * DAY, 4 * DAY],
          ]),
        },
      ],
    })
    expect((await ask({ ...range, steps, window: '15d' }, project)).steps[1]?.count).toBe(3)
    expect((await ask({ ...range, steps, window: '-1d' }, project)).steps[1]?.count).toBe(2)
  })

  test('an empty project gives zeros and null ratios', async () => {
    const report = await ask({ range: '30d', steps: [{ event: 'a' }, { event: '*' }] }, nextProject())
    for (const step of report.steps) {
      expect(step).toMatchObject({ count: 0, conversionRatio: null, stepRatio: null, medianMsFromPrevious: null })
    }
  })

  const steps = [{ event: 'a' }, { event: 'b' }]
  test('a funnel of conversions refuses filters that conversions do not know', async () => {
    const request = { ...range, conversions: 'Trial', steps, filter: { route: '/', browser: 'Firefox' } }
    await expect(ask(request, nextProject())).rejects.toMatchObject({
      code: 'invalid_request',
      issues: [{ path: 'filter.browser' }],
    })
  })

  test('a value that the store cannot hold is a bad request', async () => {
    await expect(ask({ ...range, steps: [{ event: 'a\u0000' }] }, nextProject())).rejects.toMatchObject({
      code: 'invalid_request',
    })
  })
})
