import { expect, test } from 'vitest'
import type { ProjectId } from '@/lib/core/ids'
import { readCohortRevenue, readCohorts } from '@/lib/database/retention-reports'
import { insert, nextProject } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'

const DAY = 86_400_000
const START = Date.UTC(2026, 4, 1)

describeStores('readCohorts', (store) => {
  test('gives one cohort per interval that has begun', async () => {
    const projectId = nextProject() as ProjectId
    const visit = (day: number) => ({ project_id: projectId, who: 'a', event: 'visit', timestamp: START + day * DAY })
    await insert(store, 'user_events', [visit(0), visit(2)])
    const scope = {
      projectId,
      fromMs: START,
      toMs: START + 9 * DAY,
      untilMs: START + 2 * DAY + 1,
      interval: 'day',
      timezone: 'UTC',
      weekStart: 'monday',
      mode: 'recurring',
      windows: 'calendar',
      filters: {},
      includeBots: false,
      target: { event: 'visit' },
      comeback: { event: 'visit' },
    } as const
    expect(await readCohorts(scope, { isCumulative: false, breakdown: null })).toEqual({
      bounds: [START, START + DAY, START + 2 * DAY, START + 3 * DAY],
      end: START + 2 * DAY + 1,
      groups: [{ value: null, isOther: false, counts: [[1, 0, 1], [0, 0], [1]] }],
    })
    expect(await readCohortRevenue(scope)).toEqual([])
  })
})
