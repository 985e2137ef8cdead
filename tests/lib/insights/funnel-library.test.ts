import { expect, test } from 'vitest'
import { readFunnelLibrary } from '@/lib/insights/funnel-library'
import { insert, nextProject } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'
import { createProject } from './project'

const NOW = Date.UTC(2026, 4, 1)
const DAY = 86_400_000

describeStores('readFunnelLibrary', (store) => {
  test('lists conversions of the last 90 days with their steps in order', async () => {
    const project = nextProject()
    const reached = (funnel: string, step: string, timestamp: number) => ({
      project_id: project,
      who: 'a',
      funnel,
      step,
      timestamp,
    })
    await insert(store, 'conversions', [
      reached('Trial', 'pay', NOW - DAY),
      reached('Trial', 'open', NOW - 2 * DAY),
      reached('Old', 'open', NOW - 91 * DAY),
    ])
    expect(await readFunnelLibrary(createProject(project), NOW)).toEqual({
      items: [],
      conversions: [{ name: 'Trial', steps: ['open', 'pay'] }],
    })
  })
})
