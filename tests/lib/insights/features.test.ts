import { expect, test } from 'vitest'
import { featuresQuery, featuresReport, featureUsage, featureUsageQuery } from '@/lib/contracts/features'
import { readFeaturesReport, readFeatureUsage } from '@/lib/insights/features'
import { insert, nextProject } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'
import { createProject } from './project'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Saturday, 28 March 2026, 00:00 in Berlin; the Sunday has 23 hours there. */
const START = Date.UTC(2026, 2, 27, 23)
const MONDAY = START + 2 * DAY - HOUR
/** Monday noon. */
const NOW = MONDAY + 12 * HOUR
const range = { from: START, to: NOW }

describeStores('reports on features', (store) => {
  async function give(rows: readonly Record<string, unknown>[]) {
    const id = nextProject()
    await insert(
      store,
      'user_events',
      rows.map((row) => ({ project_id: id, event: 'visit', ...row })),
    )
    return createProject(id, { timezone: 'Europe/Berlin' })
  }
  test('features: adoption, repeated use, and how one is used', async () => {
    const project = await give([
      { who: 'a', timestamp: START, event: '$pageview' },
      { who: 'a', timestamp: START + HOUR, event: 'search', properties: { kind: 'text' } },
      { who: 'a', timestamp: NOW - 1, event: 'search' },
      { who: 'b', timestamp: NOW - 2, event: '$pageview' },
    ])
    const report = await readFeaturesReport(project, featuresQuery.parse(range), NOW)
    expect(featuresReport.parse(report)).toEqual(report)
    expect(report).toMatchObject({
      activePeople: 2,
      features: [{ value: 'search', shareOfActives: 0.5, usesPerPerson: 2, repeatRatio: 1, trend: [1, 0, 1] }],
    })
    const byKind = await readFeaturesReport(
      project,
      featuresQuery.parse({ ...range, event: 'search', property: 'kind' }),
      NOW,
    )
    expect(byKind.features.map(({ value, uses }) => [value, uses])).toEqual([
      ['text', 1],
      [null, 1],
    ])
    const usage = await readFeatureUsage(project, featureUsageQuery.parse({ ...range, event: 'search' }), NOW)
    expect(featureUsage.parse(usage)).toEqual(usage)
    expect(usage.usesPerPerson[1]).toEqual({ upTo: 2, people: 1 })
    expect(usage.firstUse).toMatchObject({ people: 1, medianMs: HOUR })
    const ofText = featureUsageQuery.parse({ ...range, event: 'search', property: 'kind', value: '"text"' })
    expect((await readFeatureUsage(project, ofText, NOW)).uses).toBe(1)
    await expect(readFeatureUsage(project, { ...ofText, value: 'text' }, NOW)).rejects.toMatchObject({
      issues: [{ path: 'value' }],
    })
    expect(featuresQuery.safeParse({ property: 'kind' }).error?.issues[0]?.path).toEqual(['event'])
  })
})
