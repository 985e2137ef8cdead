import { expect, test } from 'vitest'
import { type RetentionRequest, retentionQuery, retentionReport } from '@/lib/contracts/retention'
import { readRetention } from '@/lib/insights/retention'
import { insert, nextProject } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'
import { createProject } from './project'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** 28 March 2026, 00:00 in Berlin; the 29th has 23 hours there. */
const START = Date.UTC(2026, 2, 27, 23)
const NOW = START + 40 * DAY
const visit = { target: { event: 'visit' }, return: { event: 'visit' } }

describeStores('readRetention', (store) => {
  const ask = (request: Partial<RetentionRequest>, id: number, nowMs = NOW) =>
    readRetention(
      createProject(id, { timezone: 'Europe/Berlin' }),
      retentionQuery.parse({ ...visit, ...request }),
      nowMs,
    )
  const hit = (project: number, who: string, hours: number) => ({
    project_id: project,
    who,
    event: 'visit',
    timestamp: START + hours * HOUR,
  })

  test('answers cohorts and averages in the zone of the project, as the contract says', async () => {
    const project = nextProject()
    await insert(store, 'user_events', [
      hit(project, 'a', 0),
      hit(project, 'a', 24),
      hit(project, 'a', 47), // midnight of the 30th
      hit(project, 'b', 23),
    ])
    const report = await ask({ from: START, to: START + 3 * DAY - HOUR }, project)
    expect(retentionReport.parse(report)).toEqual(report)
    expect(report).toEqual({
      cohorts: [
        { start: '2026-03-27T23:00:00.000Z', size: 2, counts: [2, 1, 1] },
        { start: '2026-03-28T23:00:00.000Z', size: 1, counts: [1, 1] },
        { start: '2026-03-29T22:00:00.000Z', size: 1, counts: [1] },
      ],
      averageRatios: [1, 0.666667, 0.5],
    })
    const inUtc = await ask({ from: START, to: START + DAY, timezone: 'UTC' }, project)
    expect(inUtc.cohorts.map(({ start }) => start)).toEqual(['2026-03-27T00:00:00.000Z', '2026-03-28T00:00:00.000Z'])
  })

  test('widens to whole intervals and ends now', async () => {
    const project = nextProject()
    await insert(store, 'user_events', [hit(project, 'a', 0), hit(project, 'a', 30), hit(project, 'b', 31)])
    const now = START + 30 * HOUR
    const report = await ask({ from: START + 5 * HOUR, to: START + 400 * DAY }, project, now)
    expect(report.cohorts).toEqual([
      { start: '2026-03-27T23:00:00.000Z', size: 1, counts: [1, 1] },
      { start: '2026-03-28T23:00:00.000Z', size: 1, counts: [1] },
    ])
  })

  test('a range that has not begun has no cohorts', async () => {
    expect(await ask({ from: NOW + DAY, to: NOW + 9 * DAY }, nextProject())).toEqual({ cohorts: [], averageRatios: [] })
  })

  test('an empty project gives empty cohorts and null averages', async () => {
    expect(await ask({ from: START, to: START + DAY }, nextProject())).toEqual({
      cohorts: [{ start: '2026-03-27T23:00:00.000Z', size: 0, counts: [0] }],
      averageRatios: [null],
    })
  })

  test('rolling windows are not supported', async () => {
    await expect(ask({ range: '7d', windows: 'rolling' }, nextProject())).rejects.toMatchObject({
      code: 'not_supported',
      issues: [{ path: 'windows' }],
    })
  })

  test('refuses more than 400 intervals, of which those after now do not count', async () => {
    await expect(ask({ from: NOW - 401 * DAY, to: NOW }, nextProject())).rejects.toMatchObject({
      code: 'invalid_request',
      issues: [{ path: 'interval' }],
    })
    const { cohorts } = await ask({ from: NOW - 2 * HOUR, to: NOW + 900 * DAY, interval: 'hour' }, nextProject())
    expect(cohorts).toHaveLength(3)
  })
})
