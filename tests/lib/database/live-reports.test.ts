import { beforeAll, expect, test } from 'vitest'
import type { ProjectId } from '@/lib/core/ids'
import { readLiveFigures } from '@/lib/database/live-reports'
import { insert, nextProject } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'

const MINUTE = 60_000
const NOW = Date.UTC(2026, 4, 1, 12) + 30_000

describeStores('live figures', (store) => {
  const project = nextProject() as ProjectId
  const row = (who: string, minutes: number, arrived: string, more: object = {}) => ({
    project_id: project,
    who,
    event: '$pageview',
    route: '/',
    timestamp: NOW - minutes * MINUTE,
    created_at: `2026-05-01T${arrived}Z`,
    ...more,
  })
  beforeAll(() =>
    insert(store, 'user_events', [
      row('ann', 0, '12:00:20', { country: 'DE' }),
      row('ann', 10, '11:50:00', { country: 'DE', route: '/a' }),
      row('ben', 4.9, '11:55:00', { country: 'FR' }),
      row('cid', 5, '11:55:01'),
      row('late', 20, '12:00:25', { event: 'click' }),
      row('gone', 31, '11:29:00'),
      row('robot', 0, '12:00:21', { bot_reasons: ['agent'] }),
      row('private', 0, '12:00:00', { gpc: true }),
    ]),
  )

  test('count who is online, what they look at and where they are', async () => {
    const live = await readLiveFigures(project, NOW, null, 100)
    expect(live).toMatchObject({
      nowMs: NOW,
      online: 2,
      people: 4,
      pages: [
        { route: '/', count: 4, people: 3 },
        { route: '/a', count: 1, people: 1 },
      ],
      countries: [
        { country: null, people: 2 },
        { country: 'DE', people: 1 },
        { country: 'FR', people: 1 },
      ],
    })
    expect(live.minutes).toHaveLength(30)
    expect(live.minutes.at(-1)).toEqual({ startMs: NOW - 30_000, events: 2 })
    expect(live.minutes.reduce((sum, { events }) => sum + events, 0)).toBe(6)
  })

  test('give events as they arrived, and after a cursor those that came since', async () => {
    const live = await readLiveFigures(project, NOW, null, 2)
    expect(live.events.map(({ event }) => event)).toEqual(['click', '$pageview'])
    expect(Object.keys(live.events[0] ?? {}).toSorted()).toEqual([
      'country',
      'device',
      'event',
      'id',
      'route',
      'timestampMs',
    ])
    expect(live.cursor).toBe(String(Date.parse('2026-05-01T12:00:25Z') * 1_000))
    await insert(store, 'user_events', [row('new', 0, '12:00:31', { event: 'bought' })])
    const next = await readLiveFigures(project, NOW, live.cursor, 100)
    // and those of the five seconds before, which may have been committed since
    expect(next.events.map(({ event }) => event)).toEqual(['bought', 'click', '$pageview'])
    expect((await readLiveFigures(project, NOW, next.cursor, 100)).events.map(({ event }) => event)).toEqual(['bought'])
  })

  test('an empty half hour has zeros and a cursor', async () => {
    const live = await readLiveFigures(nextProject() as ProjectId, NOW, null, 100)
    expect(live).toMatchObject({ online: 0, people: 0, pages: [], countries: [], events: [], cursor: '0' })
  })
})
