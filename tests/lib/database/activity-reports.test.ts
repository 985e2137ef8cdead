import { expect, test } from 'vitest'
import type { ProjectId } from '@/lib/core/ids'
import {
  readActives,
  readChurnedPeople,
  readFeatures,
  readFeatureUsageRow,
  readLifecycle,
  readPeopleAtRisk,
  readStickiness,
} from '@/lib/database/activity-reports'
import { insert, nextProject, toActor } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'

const DAY = 86_400_000
const MONDAY = Date.UTC(2026, 4, 4)

describeStores('activity reports of the store', (store) => {
  /** Each person's events at noon of the days given, Monday being 0. */
  async function give(events: readonly [who: string, event: string, day: number][]): Promise<ProjectId> {
    const project = nextProject()
    await insert(
      store,
      'user_events',
      events.map(([who, event, day]) => ({ project_id: project, who, event, timestamp: MONDAY + (day + 0.5) * DAY })),
    )
    return project as ProjectId
  }
  const calendar = (projectId: ProjectId, days: number) => ({
    projectId,
    fromMs: MONDAY,
    toMs: MONDAY + days * DAY,
    untilMs: MONDAY + days * DAY,
    filters: {},
    includeBots: false,
    timezone: 'UTC',
    weekStart: 'monday' as const,
  })
  const silence = (projectId: ProjectId, today: number) => ({
    projectId,
    untilMs: MONDAY + (today + 1) * DAY,
    timezone: 'UTC',
    activeDays: 10,
    silentDays: 5,
    limit: 10,
    filters: {},
    includeBots: false,
  })

  test('counts who was active, how often, and since when', async () => {
    const project = await give([
      ['a', 'x', -7],
      ['a', 'x', 0],
      ['a', 'x', 1],
      ['b', 'x', 1],
    ])
    const scope = calendar(project, 2)
    expect(await readActives(scope, 'day')).toEqual({
      bounds: [MONDAY, MONDAY + DAY, MONDAY + 2 * DAY],
      people: 2,
      series: [
        [1, 1, 1],
        [2, 2, 2],
      ],
    })
    expect(await readActives(scope, 'week')).toMatchObject({ series: [[2, null, null]] })
    expect((await readStickiness(scope, 'week')).periods).toEqual([{ days: 2, people: [1, 1] }])
    expect((await readLifecycle(scope, 'week')).series).toEqual([[1, 1, 0, 0]])
  })

  test('says which features are used, and how', async () => {
    const project = await give([
      ['a', 'search', 0],
      ['a', 'search', 1],
      ['b', '$pageview', 0],
      ['b', 'search', 1],
      ['c', '$pageview', 1],
    ])
    const scope = calendar(project, 2)
    expect(await readFeatures(scope, undefined)).toEqual({
      days: [MONDAY, MONDAY + DAY],
      activePeople: 3,
      omitted: 0,
      features: [{ value: 'search', uses: 3, people: 2, firstUsePeople: 2, repeatPeople: 1, trend: [1, 2] }],
    })
    expect((await readFeatures({ ...scope, filters: { event: 'search' } }, '$route')).features).toMatchObject([
      { value: null, people: 2 },
    ])
    const question = { event: 'search', property: null, usesClasses: [1], firstUseClassesMs: [0] }
    expect(await readFeatureUsageRow(scope, question)).toEqual({
      uses: 3,
      people: 2,
      repeatUsePeople: 1,
      repeatDayPeople: 1,
      usesClasses: [1, 1],
      firstUse: { people: 2, medianMs: 0, classes: [1, 1] },
    })
  })

  test('lists who left and who slips, with the id the application gave them', async () => {
    const project = await give([
      ...[0, 1, 2].map((day): [string, string, number] => ['gone', 'x', day]),
      ...[6, 7, 8].map((day): [string, string, number] => ['slipping', 'x', day]),
      ...[0, 4, 8, 12].map((day): [string, string, number] => ['steady', 'x', day]),
    ])
    await store.sql(
      `insert into public.user_profiles (project_id, user_id, actor_id, external_id, first_seen, last_activity)
       values ($1, gen_random_uuid(), $2, 'u-7', now(), now())`,
      [project, toActor('gone')],
    )
    const churned = await readChurnedPeople(silence(project, 12), 2)
    expect(churned).toMatchObject({
      total: 1,
      people: [{ externalId: 'u-7', lastSeen: MONDAY + 2 * DAY, silentDays: 10, activeDays: 3 }],
    })
    expect(await readPeopleAtRisk(silence(project, 12))).toMatchObject({
      total: 1,
      people: [{ externalId: null, lastSeen: MONDAY + 8 * DAY, silentDays: 4, activeDays: 3, averageGapDays: 1 }],
    })
  })
})
