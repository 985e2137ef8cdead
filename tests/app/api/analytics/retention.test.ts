import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { type RetentionReport, retentionReport } from '../../../../lib/contracts/retention'
import { describeStores } from '../../../support/store'
import { prepareInstall } from '../install'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** D0 of the worked cases: 10 June 2020. */
const D0 = Date.UTC(2020, 5, 10)

/** `{ p1: [0, 2] }` → that person's events at noon of these days; every case has people of its own. */
type Days = Record<string, readonly number[]>
type Case = {
  name: string
  events: readonly { event: string; days: Days; properties?: (who: string) => object }[]
  /** Someone who was anonymous at first: `[anonymous, user]`. */
  identify?: readonly [string, string]
  ask: Record<string, unknown>
  /** From and to, in days. */
  range: readonly [number, number]
  counts: readonly (readonly number[])[]
}

const view = { target: { event: 'view' }, return: { event: 'view' } }
const open = { target: { event: 'app_open' }, return: { event: 'app_open' }, mode: 'first_time' }
const american = { event: 'app_open', where: { country: 'US' } }
const opens = {
  event: 'app_open',
  days: { RU1: [0, 1, 2], RU2: [0, 2], RU3: [0], RU4: [1, 2], RU5: [1] },
  properties: (who: string) => ({ country: who === 'RU3' ? 'SE' : 'US' }),
}
const visits = [{ event: 'view', days: { p1: [0, 3, 4], p2: [0, 1], p3: [1, 2, 3], p4: [3, 4], p5: [4] } }]

const CASES: readonly Case[] = [
  {
    name: 'R1: recurring, one person under two ids',
    events: [{ event: 'view', days: { p1: [0, 1, 2, 5, 6], alias: [5], p2: [1, 2, 3, 6] } }],
    identify: ['alias', 'p1'],
    ask: view,
    range: [0, 11],
    counts: [
      [1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0],
      [2, 2, 1, 0, 1, 2, 0, 0, 0, 0],
      [2, 1, 0, 1, 2, 0, 0, 0, 0],
      [1, 0, 0, 1, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 0],
      [1, 1, 0, 0, 0, 0],
      [2, 0, 0, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 0],
      [0, 0],
      [0],
    ],
  },
  {
    name: 'R2: on or after, from day 1',
    events: visits,
    ask: { ...view, cumulative: true },
    range: [1, 6],
    counts: [[2, 1, 1, 0, 0], [1, 1, 0, 0], [3, 2, 0], [3, 0], [0]],
  },
  {
    name: 'R2: on or after, from day 0',
    events: visits,
    ask: { ...view, cumulative: true },
    range: [0, 6],
    counts: [[2, 2, 1, 1, 1, 0], [2, 1, 1, 0, 0], [1, 1, 0, 0], [3, 2, 0], [3, 0], [0]],
  },
  {
    name: 'R3: target and return are different events',
    events: [
      { event: 'some_event', days: { p1: [0, 1, 2, 3], p2: [0, 1, 2, 3], p3: [5] } },
      { event: 'view', days: { p1: [5, 6], p2: [5] } },
    ],
    ask: { ...view, target: { event: 'some_event' } },
    range: [0, 7],
    counts: [[2, 0, 0, 0, 0, 2, 1], [2, 0, 0, 0, 2, 1], [2, 0, 0, 2, 1], [2, 0, 2, 1], [0, 0, 0], [1, 0], [0]],
  },
  {
    name: 'R5: the first time ever, which may lie before the range',
    events: [
      { event: 'signup', days: { x: [-5, -1], p1: [-1, 1, 2, 3, 4], p2: [-1], p3: [0], p4: [2] } },
      { event: 'view', days: { p1: [0, 1, 2, 5, 5, 6], p2: [1, 2, 3, 6], p3: [1, 3, 4, 5], p4: [3, 5] } },
    ],
    ask: { ...view, target: { event: 'signup' }, mode: 'first_time' },
    range: [-1, 6],
    counts: [[2, 1, 2, 2, 1, 0, 1], [1, 1, 0, 1, 1, 1], [0, 0, 0, 0, 0], [1, 1, 0, 1], [0, 0, 0], [0, 0], [0]],
  },
  { name: 'R7: on the day', events: [opens], ask: open, range: [0, 3], counts: [[3, 1, 2], [2, 1], [0]] },
  {
    name: 'R7: on the day or after',
    events: [opens],
    ask: { ...open, cumulative: true },
    range: [0, 3],
    counts: [[3, 2, 2], [2, 1], [0]],
  },
  {
    name: 'R7: of one country',
    events: [opens],
    ask: { ...open, target: american, return: american },
    range: [0, 3],
    counts: [[2, 1, 2], [2, 1], [0]],
  },
  {
    name: 'R9: windows of 24 hours from each person’s own event',
    events: [
      { event: 'signup', days: { u1: [-3 / 24], u2: [-2 / 24], u3: [21 / 24], u4: [22 / 24] } },
      { event: 'renew', days: { u1: [1], u2: [2], u3: [2 + 1 / 24] } },
    ],
    ask: { target: { event: 'signup' }, return: { event: 'renew' }, windows: 'rolling' },
    range: [0, 4],
    counts: [[2, 1, 1, 0], [2, 1, 0], [0, 0], [0]],
  },
]

describeStores('POST /api/analytics/retention', (store) => {
  const install = prepareInstall(store)
  const headers = () => ({ authorization: `Bearer ${install.secretKey}` })
  let cases = 0

  /** Sends the events of a case, under names and people that no other case has, and asks. */
  async function answer({ events, identify, ask, range }: Case): Promise<RetentionReport> {
    cases += 1
    const own = (name: string) => `${name}-${cases}`
    const rows: object[] = events.flatMap(({ event, days, properties }) =>
      Object.entries(days).flatMap(([who, on]) =>
        on.map((day) => ({
          id: randomUUID(),
          event: own(event),
          timestamp: Math.round(D0 + day * DAY + 12 * HOUR),
          properties: properties?.(who) ?? {},
          ...(who === identify?.[0] ? { anonymousId: own(who) } : { userId: own(who) }),
        })),
      ),
    )
    if (identify) {
      const [anonymousId, userId] = identify.map(own)
      rows.push({ id: randomUUID(), type: 'identify', timestamp: D0, anonymousId, userId })
    }
    const sent = await install.call('POST', '/api/analytics/events', { headers: headers(), body: { events: rows } })
    expect(await sent.json()).toMatchObject({ data: { accepted: rows.length, rejected: [] } })
    const rename = (step: unknown) => ({
      ...(step as { event: string }),
      event: own((step as { event: string }).event),
    })
    const [from, to] = range.map((day) => D0 + day * DAY)
    const response = await install.call('POST', '/api/analytics/retention', {
      headers: headers(),
      body: { from, to, timezone: 'UTC', ...ask, target: rename(ask.target), return: rename(ask.return) },
    })
    const body = (await response.json()) as { data: unknown }
    expect([response.status, body]).toMatchObject([200, {}])
    return retentionReport.parse(body.data)
  }

  for (const each of CASES) {
    test(each.name, async () => {
      const { cohorts } = await answer(each)
      expect(cohorts.map(({ counts }) => counts)).toEqual(each.counts)
      expect(cohorts.map(({ start }) => start)).toEqual(
        each.counts.map((_, index) => new Date(D0 + (each.range[0] + index) * DAY).toISOString()),
      )
    })
  }

  test('what cannot be asked is 422, with the field that is wrong', async () => {
    const step = { event: 'a' }
    const question = { range: '7d', target: step, return: step }
    const wrong: readonly [object, string][] = [
      [{ ...question, windows: 'rolling', cumulative: true }, 'cumulative'],
      [{ ...question, interval: 'year' }, 'interval'],
      [{ ...question, timezone: 'Mars/Olympus' }, 'timezone'],
      [{ ...question, breakdown: {} }, 'breakdown.property'],
      [{ ...question, filter: { planet: 'Mars' } }, 'filter'],
    ]
    for (const [body, path] of wrong) {
      const response = await install.call('POST', '/api/analytics/retention', { headers: headers(), body })
      const { error } = (await response.json()) as { error: { issues: { path: string }[] } }
      expect([response.status, error.issues[0]?.path]).toEqual([422, path])
    }
  })
})
