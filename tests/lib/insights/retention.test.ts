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
      completeCounts: [3, 2, 1],
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
    expect(await ask({ from: NOW + DAY, to: NOW + 9 * DAY }, nextProject())).toEqual({
      cohorts: [],
      averageRatios: [],
      completeCounts: [],
    })
  })

  test('an empty project gives empty cohorts and null averages', async () => {
    expect(await ask({ from: START, to: START + DAY }, nextProject())).toEqual({
      cohorts: [{ start: '2026-03-27T23:00:00.000Z', size: 0, counts: [0] }],
      averageRatios: [null],
      completeCounts: [1],
    })
  })

  test('cumulative rolling windows are refused with the field that is wrong', () => {
    const parsed = retentionQuery.safeParse({ ...visit, range: '7d', windows: 'rolling', cumulative: true })
    expect(parsed.error?.issues.map(({ path }) => path)).toEqual([['cumulative']])
  })

  test('tells cohorts apart by a value, and says what they brought in', async () => {
    const project = nextProject()
    const buy = (who: string, hours: number, properties: object) => ({ ...hit(project, who, hours), properties })
    await insert(store, 'user_events', [
      buy('a', 0, { plan: 'pro', revenue: 0.1, currency: 'eur' }),
      buy('a', 24, { plan: 'free', revenue: 0.2, currency: 'EUR' }),
      buy('b', 1, {}),
      buy('b', 25, { revenue: 7 }),
    ])
    const request = { from: START, to: START + 2 * DAY - HOUR, mode: 'first_time', revenue: true } as const
    const report = await ask({ ...request, breakdown: { property: 'plan' } }, project)
    expect(retentionReport.parse(report)).toEqual(report)
    const start = '2026-03-27T23:00:00.000Z'
    const next = '2026-03-28T23:00:00.000Z'
    expect(report.cohorts.map(({ counts }) => counts)).toEqual([[2, 2], [0]])
    expect(report.completeCounts).toEqual([2, 1])
    expect(report.breakdown?.map(({ value, isOther, cohorts }) => [value, isOther, cohorts[0]?.counts])).toEqual([
      ['pro', false, [1, 1]], // as many as without a plan; the text "pro" comes before null
      [null, false, [1, 1]],
    ])
    expect(report.revenue).toEqual([
      {
        currency: 'XXX',
        cohorts: [
          { start, total: 7, averagePerPerson: 3.5, amounts: [0, 7] },
          { start: next, total: 0, averagePerPerson: null, amounts: [0] },
        ],
      },
      {
        currency: 'EUR',
        cohorts: [
          { start, total: 0.3, averagePerPerson: 0.15, amounts: [0.1, 0.2] },
          { start: next, total: 0, averagePerPerson: null, amounts: [0] },
        ],
      },
    ])
  })

  test('looks at the rows that pass the filter as though there were no others', async () => {
    const project = nextProject()
    await insert(store, 'user_events', [
      { ...hit(project, 'a', 0), country: 'FR' },
      { ...hit(project, 'a', 24), country: 'DE' },
      { ...hit(project, 'b', 0), country: 'DE' },
    ])
    const request = { from: START, to: START + 2 * DAY - HOUR, mode: 'first_time' } as const
    const { cohorts } = await ask({ ...request, filter: { country: 'DE' } }, project)
    expect(cohorts.map(({ counts }) => counts)).toEqual([[1, 0], [1]])
  })

  test('refuses more than 400 intervals, of which those after now do not count, and 100 with a breakdown', async () => {
    const breakdown = { from: NOW - 101 * DAY, to: NOW, breakdown: { property: 'plan' } }
    await expect(ask(breakdown, nextProject())).rejects.toMatchObject({ issues: [{ path: 'interval' }] })
    await expect(ask({ from: NOW - 401 * DAY, to: NOW }, nextProject())).rejects.toMatchObject({
      code: 'invalid_request',
      issues: [{ path: 'interval' }],
    })
    const { cohorts } = await ask({ from: NOW - 2 * HOUR, to: NOW + 900 * DAY, interval: 'hour' }, nextProject())
    expect(cohorts).toHaveLength(3)
  })
})
