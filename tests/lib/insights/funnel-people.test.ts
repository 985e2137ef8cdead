import { expect, test } from 'vitest'
import { funnelPeopleQuery } from '@/lib/contracts/funnel-people'
import { readPeopleOfFunnel } from '@/lib/insights/funnel-people'
import { insert, nextProject } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'
import { createProject } from './project'

const START = Date.UTC(2026, 4, 1)

describeStores('readPeopleOfFunnel', (store) => {
  test('pages lead to the next until there is none, also among those who began at one instant', async () => {
    const project = nextProject()
    await insert(
      store,
      'user_events',
      ['a', 'b', 'c', 'd', 'e'].map((who) => ({ project_id: project, who, event: 'open', timestamp: START })),
    )
    const query = funnelPeopleQuery.parse({ from: START, to: START + 1, steps: [{ event: 'open' }], step: 1, limit: 2 })
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page = await readPeopleOfFunnel(createProject(project), { ...query, ...(cursor && { cursor }) }, START)
      seen.push(...page.items.map(({ personId }) => personId))
      cursor = page.next
    } while (cursor !== null)
    expect([seen.length, new Set(seen).size]).toEqual([5, 5])
  })
})
