import { expect, test } from 'vitest'
import { funnelExplainQuery } from '@/lib/contracts/funnel-explain'
import { explainPersonInFunnel } from '@/lib/insights/funnel-explain'
import { insert, nextProject } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'
import { createProject } from './project'

const START = Date.UTC(2026, 4, 1)
const HOUR = 3_600_000

describeStores('explainPersonInFunnel', (store) => {
  test('a strict funnel names the event that stood between; other people’s rows are not theirs', async () => {
    const project = nextProject()
    const hit = (who: string, event: string, hours: number) => ({
      project_id: project,
      who,
      event,
      timestamp: START + hours * HOUR,
    })
    await insert(store, 'user_events', [hit('a', 'open', 0), hit('b', 'pay', 1), hit('a', 'x', 2), hit('a', 'pay', 3)])
    const [row] = await store.sql<{ id: string }>(
      "select person_id::text as id from person_events where project_id = $1 and event = 'x'",
      [project],
    )
    const ask = (order: string) =>
      explainPersonInFunnel(
        createProject(project),
        funnelExplainQuery.parse({
          from: START,
          to: START + 9 * HOUR,
          order,
          steps: [{ event: 'open' }, { event: 'pay' }],
          personId: row?.id,
        }),
        START,
      )
    expect(await ask('strict')).toMatchObject({
      reachedStep: 1,
      missingStep: 2,
      isComplete: true,
      reasons: [{ code: 'interrupted', at: '2026-05-01T02:00:00.000Z', event: 'x' }],
    })
    expect(await ask('ordered')).toMatchObject({ reachedStep: 2, missingStep: null, reasons: [{ code: 'converted' }] })
  })
})
