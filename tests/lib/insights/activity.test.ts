import { expect, test } from 'vitest'
import { activesQuery, activesReport } from '@/lib/contracts/actives'
import { lifecycleQuery, lifecycleReport } from '@/lib/contracts/lifecycle'
import { stickinessQuery, stickinessReport } from '@/lib/contracts/stickiness'
import { readActivesReport, readLifecycleReport, readStickinessReport } from '@/lib/insights/activity'
import { insert, nextProject } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'
import { createProject } from './project'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Saturday, 28 March 2026, 00:00 in Berlin; the Sunday has 23 hours there. */
const START = Date.UTC(2026, 2, 27, 23)
const SUNDAY = START + DAY
const MONDAY = START + 2 * DAY - HOUR
/** Monday noon. */
const NOW = MONDAY + 12 * HOUR
const range = { from: START, to: NOW }

describeStores('reports on activity', (store) => {
  async function give(rows: readonly Record<string, unknown>[]) {
    const id = nextProject()
    await insert(
      store,
      'user_events',
      rows.map((row) => ({ project_id: id, event: 'visit', ...row })),
    )
    return createProject(id, { timezone: 'Europe/Berlin' })
  }
  const visits = [
    { who: 'a', timestamp: START },
    { who: 'a', timestamp: MONDAY - 1 },
    { who: 'b', timestamp: MONDAY, country: 'DE' },
  ]
  const iso = (ms: number) => new Date(ms).toISOString()

  test('actives: days of the project’s zone, of which today still runs', async () => {
    const report = await readActivesReport(await give(visits), activesQuery.parse(range), NOW)
    expect(activesReport.parse(report)).toEqual(report)
    expect(report.people).toBe(2)
    expect(report.series).toEqual([
      { start: iso(START), end: iso(SUNDAY), isComplete: true, people: 1, last7: 1, last30: 1 },
      { start: iso(SUNDAY), end: iso(MONDAY), isComplete: true, people: 1, last7: 1, last30: 1 },
      { start: iso(MONDAY), end: iso(MONDAY + DAY), isComplete: false, people: 1, last7: 2, last30: 2 },
    ])
  })

  test('a filter narrows activity; a range that has not begun has none; more than 400 intervals are refused', async () => {
    const project = await give(visits)
    const german = await readActivesReport(project, activesQuery.parse({ ...range, country: 'DE' }), NOW)
    expect(german.series.map(({ people }) => people)).toEqual([0, 0, 1])
    const ahead = { from: NOW + 9 * DAY, to: NOW + 10 * DAY }
    expect(await readActivesReport(project, activesQuery.parse(ahead), NOW)).toEqual({ people: 0, series: [] })
    expect(await readLifecycleReport(project, lifecycleQuery.parse(ahead), NOW)).toEqual({ series: [] })
    expect(await readStickinessReport(project, stickinessQuery.parse(ahead), NOW)).toEqual({ periods: [] })
    const long = { from: NOW - 401 * DAY, to: NOW }
    await expect(readActivesReport(project, activesQuery.parse(long), NOW)).rejects.toMatchObject({
      code: 'invalid_request',
      issues: [{ path: 'from' }],
    })
  })

  test('lifecycle: nobody is dormant before the day is over', async () => {
    const report = await readLifecycleReport(await give(visits), lifecycleQuery.parse(range), NOW)
    expect(lifecycleReport.parse(report)).toEqual(report)
    expect(report.series.map(({ start: _, end: __, isComplete: ___, ...states }) => states)).toEqual([
      { new: 1, returning: 0, resurrecting: 0, dormant: 0 },
      { new: 0, returning: 1, resurrecting: 0, dormant: 0 },
      { new: 1, returning: 0, resurrecting: 0, dormant: null },
    ])
  })

  test('stickiness: a week that runs counts the days that have begun', async () => {
    const report = await readStickinessReport(await give(visits), stickinessQuery.parse(range), NOW)
    expect(stickinessReport.parse(report)).toEqual(report)
    expect(report.periods).toMatchObject([
      { isComplete: true, days: 7, people: 1, daysActive: [0, 1, 0, 0, 0, 0, 0], averageDays: 2, ratio: 0.285714 },
      { isComplete: false, days: 1, people: 1, daysActive: [1], averageDays: 1, ratio: 1 },
    ])
  })
})
