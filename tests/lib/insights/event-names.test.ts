import { expect, test } from 'vitest'
import { findEventProperties } from '@/lib/insights/event-names'
import { insert, nextProject } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'
import { createProject } from './project'

const NOW = Date.UTC(2026, 4, 1)
const DAY = 86_400_000

describeStores('findEventProperties', (store) => {
  test('suggests scalars of the last 30 days, the most frequent first, columns after properties', async () => {
    const project = nextProject()
    const row = (plan: unknown, daysAgo: number) => ({
      project_id: project,
      event: 'pay',
      timestamp: NOW - daysAgo * DAY,
      properties: { plan, list: [1] },
      country: 'DE',
    })
    await insert(store, 'user_events', [row('free', 1), row('pro', 2), row('pro', 3), row('gone', 31), row(null, 4)])
    const { sampleCount, items } = await findEventProperties(
      createProject(project),
      { project: 'default', event: 'pay' },
      NOW,
    )
    expect(sampleCount).toBe(4)
    expect(items).toEqual([
      { key: 'plan', values: ['pro', 'free'] },
      { key: '$country', values: ['DE'] },
    ])
    const any = await findEventProperties(createProject(project), { project: 'default', event: '*' }, NOW)
    expect(any.sampleCount).toBe(4)
  })
})
