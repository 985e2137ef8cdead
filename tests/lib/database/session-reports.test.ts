import { beforeAll, expect, test } from 'vitest'
import type { ProjectId } from '@/lib/core/ids'
import { readSessionPage, readSessionSummary } from '@/lib/database/session-reports'
import { nextProject } from '../../sql/reports/rows'
import { insertVisits, NOON } from '../../sql/reports/visits'
import { describeStores } from '../../support/store'

describeStores('session reports', (store) => {
  const project = nextProject() as ProjectId
  const scope = { projectId: project, fromMs: NOON, toMs: NOON + 7_200_000, filters: {}, includeBots: false }
  beforeAll(() => insertVisits(store, project))

  test('sum up the sessions of people', async () => {
    expect(await readSessionSummary(scope)).toEqual({
      sessions: 3,
      people: 2,
      bounces: 2,
      medianLengthMs: 0,
      averageLengthMs: 60_000,
      averageEvents: 2,
      entries: [
        { route: '/', sessions: 2, bounces: 1 },
        { route: '/home', sessions: 1, bounces: 1 },
      ],
      exits: [
        { route: '/', sessions: 1, bounces: 1 },
        { route: '/home', sessions: 1, bounces: 1 },
        { route: '/pricing', sessions: 1, bounces: 0 },
      ],
    })
  })

  test('list them with where they came from, page by page', async () => {
    const first = await readSessionPage(scope, null, 2)
    expect(first.items.map(({ entry, channel }) => [entry, channel])).toEqual([
      ['/', 'Direct'],
      ['/home', 'Email'],
    ])
    const second = await readSessionPage(scope, first.next, 2)
    expect(second.next).toBeNull()
    expect(second.items).toEqual([
      {
        personId: first.items[1]?.personId,
        externalId: 'customer-7',
        startMs: NOON,
        lengthMs: 180_000,
        events: 4,
        pageViews: 3,
        entry: '/',
        exit: '/pricing',
        channel: 'Organic Search',
        referrer: 'google.com',
        device: 'mobile',
        country: 'DE',
      },
    ])
  })

  test('nobody came: zeros, and nulls where there is nothing to average', async () => {
    const empty = { ...scope, fromMs: NOON - 2, toMs: NOON - 1 }
    expect(await readSessionSummary(empty)).toMatchObject({ sessions: 0, medianLengthMs: null, averageEvents: null })
    expect(await readSessionPage(empty, null, 10)).toEqual({ items: [], next: null })
  })
})
