import { beforeAll, expect, test } from 'vitest'
import type { ProjectId } from '@/lib/core/ids'
import { readDimension } from '@/lib/database/dimension-reports'
import { nextProject } from '../../sql/reports/rows'
import { insertVisits, NOON } from '../../sql/reports/visits'
import { describeStores } from '../../support/store'

describeStores('dimension reports', (store) => {
  const project = nextProject() as ProjectId
  const scope = { projectId: project, fromMs: NOON, toMs: NOON + 7_200_000, filters: {}, includeBots: false }
  beforeAll(() => insertVisits(store, project))

  test('count a channel by the first event of a session, for all of its events', async () => {
    expect(await readDimension(scope, 'channel')).toEqual([
      { value: 'Organic Search', events: 4, people: 1, sessions: 1 },
      { value: 'Direct', events: 1, people: 1, sessions: 1 },
      { value: 'Email', events: 1, people: 1, sessions: 1 },
    ])
  })

  test('count a referrer by its host, and what is not known as null', async () => {
    expect(await readDimension(scope, 'referrer')).toEqual([
      // the row under Global Privacy Control counts as an event and for nobody
      { value: null, events: 3, people: 2, sessions: 2 },
      { value: 'google.com', events: 4, people: 1, sessions: 1 },
    ])
  })

  test('take a host, or a whole address, for a filter on the referrer', async () => {
    for (const referrer of ['google.com', 'https://www.google.com/']) {
      expect(await readDimension({ ...scope, filters: { referrer } }, 'device')).toEqual([
        { value: 'mobile', events: 4, people: 1, sessions: 1 },
      ])
    }
    expect(await readDimension({ ...scope, filters: { referrer: 'bing.com' } }, 'device')).toEqual([])
  })

  test('count countries, campaigns and machines, through a filter', async () => {
    expect(await readDimension(scope, 'country')).toEqual([
      { value: 'DE', events: 5, people: 1, sessions: 2 },
      { value: 'FR', events: 1, people: 1, sessions: 1 },
      { value: null, events: 1, people: 0, sessions: 0 },
    ])
    expect(await readDimension({ ...scope, filters: { country: 'DE' } }, 'device')).toEqual([
      { value: 'mobile', events: 4, people: 1, sessions: 1 },
      { value: 'desktop', events: 1, people: 1, sessions: 1 },
    ])
    expect(await readDimension(scope, 'utm_source', ['newsletter', 'nothing'])).toEqual([
      { value: 'newsletter', events: 1, people: 1, sessions: 1 },
    ])
  })
})
