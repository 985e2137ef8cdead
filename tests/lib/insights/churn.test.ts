import { expect, test } from 'vitest'
import { atRiskQuery, atRiskReport, churnedQuery, churnedReport } from '@/lib/contracts/churn'
import { readAtRisk, readChurned } from '@/lib/insights/churn'
import { insert, nextProject } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'
import { createProject } from './project'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 2, 30, 10)

describeStores('reports on who leaves', (store) => {
  async function give(rows: readonly Record<string, unknown>[]) {
    const id = nextProject()
    await insert(
      store,
      'user_events',
      rows.map((row) => ({ project_id: id, event: 'visit', ...row })),
    )
    return createProject(id, { timezone: 'Europe/Berlin' })
  }
  test('churned and at risk answer as the contract says', async () => {
    const project = await give([0, 1, 2].map((day) => ({ who: 'a', timestamp: NOW - (20 - day) * DAY })))
    const churned = await readChurned(project, churnedQuery.parse({ active: 20, silent: 10 }), NOW)
    expect(churnedReport.parse(churned)).toEqual(churned)
    expect(churned).toMatchObject({ total: 1, people: [{ silentDays: 18, activeDays: 3 }] })
    const atRisk = await readAtRisk(project, atRiskQuery.parse({}), NOW)
    expect(atRiskReport.parse(atRisk)).toEqual(atRisk)
    expect(atRisk).toMatchObject({ total: 1, people: [{ averageGapDays: 1 }] })
    expect((await readAtRisk(project, atRiskQuery.parse({ silent: '18' }), NOW)).total).toBe(0)
  })
})
