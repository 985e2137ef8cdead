import { expect, test } from 'vitest'
import { eventsReport } from '@/lib/contracts/events-report'
import { reportQuery } from '@/lib/contracts/report-query'
import { readEventsReport } from '@/lib/insights/events-report'
import { insert, nextProject } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'
import { createProject } from './project'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** 1 May 2026, noon in New York. */
const NOW = Date.UTC(2026, 4, 1, 16)

describeStores('readEventsReport', (store) => {
  test('holds what happened up to now, and before, as the contract says', async () => {
    const project = createProject(nextProject(), { timezone: 'America/New_York' })
    const hit = (who: string, event: string, agoMs: number) => ({
      project_id: project.id,
      who,
      event,
      route: event === '$pageview' ? '/' : null,
      session_id: who,
      timestamp: NOW - agoMs,
    })
    await insert(store, 'user_events', [
      hit('a', '$pageview', 0),
      hit('a', 'click', HOUR),
      hit('b', '$pageview', DAY - 1),
      hit('a', '$pageview', DAY),
    ])
    await insert(store, 'conversions', [
      { project_id: project.id, who: 'a', funnel: 'f', step: 'one', timestamp: NOW - 2 },
      { project_id: project.id, who: 'a', funnel: 'f', step: 'two', timestamp: NOW - 1 },
    ])
    const report = await readEventsReport(project, reportQuery.parse({ range: '24h' }), NOW)
    expect(eventsReport.parse(report)).toEqual(report)
    expect(report.totals).toEqual({ events: 3, pageviews: 2, people: 2, sessions: 3, conversions: 2 })
    expect(report.previous).toEqual({ events: 1, pageviews: 1, people: 1, sessions: 1, conversions: 0 })
    expect(report.series).toHaveLength(25)
    expect(report.series[0]).toEqual({ start: '2026-04-30T16:00:00.000Z', events: 1, people: 1 })
    expect(report.series.at(-1)).toEqual({ start: '2026-05-01T16:00:00.000Z', events: 1, people: 1 })
    expect(report.top).toEqual([
      { event: '$pageview', count: 2, people: 2 },
      { event: 'click', count: 1, people: 1 },
    ])
    expect(report.pages).toEqual([{ route: '/', count: 2, people: 2 }])
    expect(report.funnels).toEqual([
      {
        name: 'f',
        steps: [
          { step: 'one', count: 1, conversionRatio: 1 },
          { step: 'two', count: 1, conversionRatio: 1 },
        ],
      },
    ])
  })

  test('days begin at local midnight', async () => {
    const project = createProject(nextProject(), { timezone: 'America/New_York' })
    const { series } = await readEventsReport(project, reportQuery.parse({ range: '7d' }), NOW)
    expect(series).toHaveLength(8)
    expect(series[0]?.start).toBe('2026-04-24T04:00:00.000Z')
  })

  test('an empty project has zeros, every bucket and no names', async () => {
    const report = await readEventsReport(createProject(nextProject()), reportQuery.parse({}), NOW)
    const zeros = { events: 0, pageviews: 0, people: 0, sessions: 0, conversions: 0 }
    expect(report).toMatchObject({ totals: zeros, previous: zeros, top: [], funnels: [], pages: [] })
    expect(report.series.every(({ events, people }) => events === 0 && people === 0)).toBe(true)
  })

  test('a filter that the store cannot hold is a bad request', async () => {
    const query = reportQuery.parse({ route: 'a\u0000b' })
    await expect(readEventsReport(createProject(nextProject()), query, NOW)).rejects.toMatchObject({
      code: 'invalid_request',
    })
  })
})
