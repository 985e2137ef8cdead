import { beforeAll, describe, expect, test } from 'vitest'
import type { ProjectId } from '@/lib/core/ids'
import {
  readEventSeries,
  readEventTotals,
  readNamedFunnels,
  readTopEvents,
  readTopPages,
} from '@/lib/database/event-reports'
import type { ReportScope } from '@/lib/database/report-scope'
import { insert, nextProject, toActor } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** 28 March 2026, 23:00 UTC: the first instant of the 29th in Berlin, whose clocks then lose the hour from 2 to 3. */
const START = Date.UTC(2026, 2, 28, 23)

describeStores('event reports', (store) => {
  const project = nextProject() as ProjectId
  const scope: ReportScope = {
    projectId: project,
    fromMs: START,
    toMs: START + 2 * DAY,
    filters: {},
    includeBots: false,
  }

  beforeAll(async () => {
    const row = (who: string, event: string, hours: number, more: object = {}) => ({
      project_id: project,
      who,
      event,
      timestamp: START + hours * HOUR,
      session_id: `session of ${who}`,
      ...more,
    })
    await insert(store, 'user_events', [
      row('ann', '$pageview', 0, { route: '/', device: 'mobile', country: 'DE' }),
      row('ann', '$pageview', 1, { route: '/a', device: 'mobile', country: 'DE' }),
      row('ann', 'click', 1, { route: '/a', device: 'mobile', country: 'DE' }),
      row('ann as user', 'click', 26, { route: '/a', session_id: 'session of ann' }),
      row('bob', '$pageview', 2, { route: '/', device: 'desktop', country: 'FR' }),
      row('tab 1', '$pageview', 3, { visitor_id: '-4711', session_id: 'tab 1' }),
      row('tab 2', '$pageview', 3, { visitor_id: '-4711', session_id: 'tab 2' }),
      row('server', 'job', 4, { session_id: null }),
      row('private', '$pageview', 5, { gpc: true, route: '/', session_id: null }),
      row('robot', '$pageview', 5, { bot_reasons: ['user_agent'], route: '/robot' }),
      row('late', 'click', 48),
      row('early', 'click', -0.001),
      { ...row('stranger', 'click', 1), project_id: nextProject() },
    ])
    await insert(store, 'actor_person', [
      { project_id: project, who: 'ann', person_id: toActor('ann as user') },
      // a link of another project says nothing here
      { project_id: nextProject(), who: 'bob', person_id: toActor('ann as user') },
    ])
    const step = (who: string, name: string, minutes: number, more: object = {}) => ({
      project_id: project,
      who,
      funnel: 'Discovery',
      step: name,
      timestamp: START + minutes * 60_000,
      ...more,
    })
    await insert(store, 'conversions', [
      step('ann', 'viewed', 0, { device: 'mobile' }),
      step('ann', 'planned', 1),
      step('ann as user', 'signed up', 2),
      step('bob', 'viewed', 5),
      step('bob', 'planned', 6),
      step('cid', 'planned', 1),
      step('dan', 'signed up', 0),
      step('robot', 'viewed', 1, { bot_reasons: ['user_agent'] }),
      step('private', 'viewed', 1, { gpc: true }),
    ])
  })

  describe('readEventTotals', () => {
    test('counts rows, linked people, day visitors and sessions; bots not, private rows as rows only', async () => {
      expect(await readEventTotals(scope)).toEqual({ events: 9, pageviews: 6, people: 4, sessions: 6, conversions: 8 })
    })

    test('counts bots when asked for', async () => {
      expect(await readEventTotals({ ...scope, includeBots: true })).toEqual({
        events: 10,
        pageviews: 7,
        people: 5,
        sessions: 7,
        conversions: 9,
      })
    })

    test.each([
      [{ route: '/a' }, { events: 3, pageviews: 1, people: 1, sessions: 2, conversions: 0 }],
      [{ device: 'mobile' }, { events: 3, pageviews: 2, people: 1, sessions: 2, conversions: 1 }],
      [{ country: 'FR' }, { events: 1, pageviews: 1, people: 1, sessions: 1, conversions: 0 }],
      [{ event: 'click' }, { events: 2, pageviews: 0, people: 1, sessions: 2, conversions: 8 }],
      [{ route: "' or true or '" }, { events: 0, pageviews: 0, people: 0, sessions: 0, conversions: 0 }],
    ])('filters by %j', async (filters, expected) => {
      expect(await readEventTotals({ ...scope, filters })).toEqual(expected)
    })

    test('gives zeros for a project without events', async () => {
      const empty = { ...scope, projectId: 99_999 as ProjectId }
      expect(await readEventTotals(empty)).toEqual({ events: 0, pageviews: 0, people: 0, sessions: 0, conversions: 0 })
    })
  })

  describe('readEventSeries', () => {
    test('has every local day, the one with 23 hours too, and a person once in each', async () => {
      expect(await readEventSeries(scope, { bucket: 'day', timezone: 'Europe/Berlin' })).toEqual([
        { start: START, events: 8, people: 4 },
        { start: START + 23 * HOUR, events: 1, people: 1 },
        { start: START + 47 * HOUR, events: 0, people: 0 },
      ])
    })

    test('has every hour, empty ones as zeros', async () => {
      const series = await readEventSeries(scope, { bucket: 'hour', timezone: 'Europe/Berlin' })
      expect(series).toHaveLength(48)
      expect(series.slice(0, 4).map(({ events }) => events)).toEqual([1, 2, 1, 2])
      expect(series[10]).toEqual({ start: START + 10 * HOUR, events: 0, people: 0 })
    })

    test('sums to the totals', async () => {
      const series = await readEventSeries(scope, { bucket: 'hour', timezone: 'Asia/Kathmandu' })
      expect(series.reduce((sum, { events }) => sum + events, 0)).toBe(9)
    })

    test('has more than a thousand points where the range has', async () => {
      const years = { ...scope, fromMs: START - 3000 * DAY }
      expect(await readEventSeries(years, { bucket: 'day', timezone: 'UTC' })).toHaveLength(3003)
    })
  })

  test('readTopEvents orders by count, then by name', async () => {
    expect(await readTopEvents(scope)).toEqual([
      { event: '$pageview', count: 6, people: 3 },
      { event: 'click', count: 2, people: 1 },
      { event: 'job', count: 1, people: 1 },
    ])
  })

  test('readTopPages counts page views by route', async () => {
    expect(await readTopPages(scope)).toEqual([
      { route: '/', count: 3, people: 2 },
      { route: '/a', count: 1, people: 1 },
    ])
    expect(await readTopPages({ ...scope, filters: { event: 'click' } })).toEqual([])
  })

  describe('readNamedFunnels', () => {
    const steps = async (asked = scope) =>
      (await readNamedFunnels(asked)).map(({ funnel, step_index, step, people }) => [funnel, step_index, step, people])

    test('orders steps by the data and counts linked people that follow them', async () => {
      expect(await steps()).toEqual([
        ['Discovery', 1, 'viewed', 2],
        ['Discovery', 2, 'planned', 2],
        ['Discovery', 3, 'signed up', 1],
      ])
    })

    test('follows a saved order, and shows a saved funnel that nobody entered', async () => {
      const fresh = { ...scope, projectId: nextProject() as ProjectId }
      // funnels belong to a project that exists
      await store.sql(
        `insert into public.projects (id, slug, name) overriding system value values ($1::integer, 'saved', 'Saved')`,
        [fresh.projectId],
      )
      await insert(store, 'funnels', [
        { project_id: fresh.projectId, name: 'Saved', definition: { steps: ['b', 'a', 'never'] } },
        { project_id: fresh.projectId, name: 'Empty', definition: { steps: ['x'] } },
        { project_id: fresh.projectId, name: 'Without steps', definition: {} },
      ])
      await insert(
        store,
        'conversions',
        ['a', 'b', 'a', 'c'].map((step, index) => ({
          project_id: fresh.projectId,
          who: 'u',
          funnel: 'Saved',
          step,
          timestamp: START + index,
        })),
      )
      expect(await steps(fresh)).toEqual([
        ['Saved', 1, 'b', 1],
        ['Saved', 2, 'a', 1],
        ['Saved', 3, 'never', 0],
        ['Empty', 1, 'x', 0],
      ])
    })

    test('ends 14 days after the first step', async () => {
      const fresh = nextProject() as ProjectId
      const hits = (who: string, gapMs: number) =>
        ['one', 'two'].map((step, index) => ({
          project_id: fresh,
          who,
          funnel: 'f',
          step,
          timestamp: START + index * gapMs,
        }))
      await insert(store, 'conversions', [...hits('in', 14 * DAY), ...hits('out', 14 * DAY + 1)])
      expect(await steps({ ...scope, projectId: fresh, toMs: START + 30 * DAY })).toEqual([
        ['f', 1, 'one', 2],
        ['f', 2, 'two', 1],
      ])
    })

    test('shows at most twenty steps of a funnel', async () => {
      const fresh = nextProject() as ProjectId
      await insert(
        store,
        'conversions',
        Array.from({ length: 25 }, (_, index) => ({
          project_id: fresh,
          who: 'u',
          funnel: 'long',
          step: `step ${index}`,
          timestamp: START + index,
        })),
      )
      const rows = await steps({ ...scope, projectId: fresh })
      expect(rows).toHaveLength(20)
      expect(rows.at(-1)).toEqual(['long', 20, 'step 19', 1])
    })
  })
})
