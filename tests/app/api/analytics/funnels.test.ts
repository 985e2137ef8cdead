import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type FunnelReport, type FunnelRequest, funnelReport } from '@/lib/contracts/funnel'
import { funnelExplanation } from '@/lib/contracts/funnel-explain'
import { funnelPeople } from '@/lib/contracts/funnel-people'
import { funnelTrend } from '@/lib/contracts/funnel-trend'
import { describeStores } from '../../../support/store'
import { prepareInstall } from '../install'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `event`, or `event` with properties; `at` in ms from the case's beginning, else an hour after the one before. */
type Did = string | { event: string; at?: number; as?: string; session?: string; properties?: Record<string, unknown> }
type Case = {
  name: string
  people: Record<string, readonly Did[]>
  /** Anonymous id → user who identified as them. */
  merged?: Record<string, string>
  ask: Omit<FunnelRequest, 'from' | 'to'>
  counts: readonly number[]
}

const steps = (...events: string[]) => events.map((event) => ({ event }))
const at = (event: string, ms: number): Did => ({ event, at: ms })
const clock = (event: string, day: number, hours = 0, minutes = 0): Did =>
  at(event, (day - 1) * DAY + hours * HOUR + minutes * MINUTE)
const page = (url: string): Did => ({ event: 'pv', properties: { url } })
const many = (count: number, prefix: string, did: readonly Did[]) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, did]))

const STRICT_AND_NOT = {
  p1: ['signup'],
  p2: ['pv', 'signup'],
  p3: ['signup', 'pv', 'x', 'insight'],
  p4: ['insight', 'x', 'pv', 'signup'],
  p5: ['pv', 'signup', 'x', 'pv', 'insight'],
  p6: ['x', 'signup', 'x', 'pv'],
  p7: ['x', 'signup', 'pv', 'insight', 'x'],
  p8: ['insight', 'pv'],
}
const F1 = {
  a: ['signup'],
  b: ['signup', 'pay'],
  c: [{ event: 'signup', as: 'c-old' }, 'pay', 'movie'],
  d: ['movie'],
  e: ['pay', 'signup', 'movie'],
} satisfies Case['people']

/** The worked cases of the notes, 2.2 and 2.6. */
const CASES: readonly Case[] = [
  {
    name: 'F1: ordered with drop-offs, one signed up under an older anonymous id',
    people: F1,
    merged: { 'c-old': 'c' },
    ask: { steps: steps('signup', 'pay', 'movie'), window: '14d' },
    counts: [4, 2, 1],
  },
  {
    name: 'F1 merged: two people become one',
    people: { ...F1, a: [{ event: 'signup', as: 'a-old' }] },
    merged: { 'c-old': 'c', 'a-old': 'b' },
    ask: { steps: steps('signup', 'pay', 'movie') },
    counts: [3, 2, 1],
  },
  {
    name: 'F1 skipped: a step left out is reached by nobody, nor is the next',
    people: { a: ['signup', 'movie'] },
    ask: { steps: steps('signup', 'pay', 'movie') },
    counts: [1, 0, 0],
  },
  {
    name: 'F2: any event thrice',
    people: { a: ['x'], b: ['x', 'y'], c: ['y', 'y'], d: ['z'], e: ['x', 'y', 'z'] },
    ask: { steps: steps('*', '*', '*') },
    counts: [5, 3, 1],
  },
  {
    name: 'F3: a repeated step needs two events',
    people: { u1: ['signup', 'signup'], u2: ['signup'] },
    ask: { steps: steps('signup', 'signup') },
    counts: [2, 1],
  },
  {
    name: 'F5: repeats told apart by a property',
    people: {
      p1: ['signup'],
      p2: ['signup', page('aloha')],
      p3: ['signup', page('aloha'), 'x', page('aloha2')],
      p4: ['signup', page('aloha'), page('aloha2'), page('aloha2'), 'x'],
      p5: ['signup', page('aloha'), 'x', page('aloha2'), page('aloha'), page('aloha2')],
    },
    ask: {
      steps: [
        { event: 'signup' },
        { event: 'pv', where: { url: 'aloha' } },
        { event: 'pv', where: { url: 'aloha2' } },
        { event: 'pv', where: { url: 'aloha2' } },
        { event: 'pv' },
      ],
    },
    counts: [5, 4, 3, 2, 0],
  },
  {
    name: 'F6: the window in days',
    people: {
      ...many(10, 'a', [clock('one', 1), clock('two', 2)]),
      ...many(15, 'b', [clock('one', 1), clock('two', 10)]),
    },
    ask: { steps: steps('one', 'two', 'three'), window: '7d' },
    counts: [25, 10, 0],
  },
  {
    name: 'F8: who did what is excluded vanishes, unless after the window',
    people: {
      p1: [clock('signup', 1, 1), clock('paid', 1, 2)],
      p2: [clock('signup', 1, 3), clock('x', 1, 3, 30), clock('paid', 1, 4)],
      p3: [clock('signup', 1, 5), clock('x', 1, 6)],
      p4: [clock('signup', 1, 7), clock('x', 2, 8)],
    },
    ask: {
      steps: steps('signup', 'paid'),
      window: '1d',
      exclusions: [{ event: 'x', fromStep: 1, toStep: 2 }],
    },
    counts: [2, 1],
  },
  {
    name: 'F9: strict',
    people: STRICT_AND_NOT,
    ask: { steps: steps('signup', 'pv', 'insight'), order: 'strict' },
    counts: [7, 2, 1],
  },
  {
    name: 'F9: the same data ordered',
    people: STRICT_AND_NOT,
    ask: { steps: steps('signup', 'pv', 'insight') },
    counts: [7, 4, 3],
  },
  {
    name: 'F10: in any order',
    people: {
      p1: ['signup'],
      p2: ['pv', 'signup'],
      p3: ['signup', 'pv', 'x', 'insight'],
      p4: ['insight', 'pv', 'signup'],
      p5: ['pv', 'signup', 'x', 'insight'],
      p6: ['x', 'insight'],
      p7: ['pv', 'x'],
      p8: ['insight', 'pv'],
    },
    ask: { steps: steps('signup', 'pv', 'insight'), order: 'unordered' },
    counts: [8, 5, 3],
  },
  {
    name: 'F11: two steps at one instant',
    people: { a: [at('sign up', 0), at('pageview', 0)], b: ['sign up'] },
    ask: { steps: steps('sign up', 'pageview') },
    counts: [2, 1],
  },
  {
    name: 'F11: repeats at one instant are two events',
    people: { a: [clock('F', 1, 13, 1), clock('P', 1, 13, 10), clock('P', 1, 13, 10), clock('P', 1, 13, 11)] },
    ask: { steps: steps('F', 'P', 'P') },
    counts: [1, 1, 1],
  },
  {
    name: '2.2: the window is total, not per step',
    people: { a: [clock('A', 1), clock('B', 1, 20), clock('C', 2, 16)] },
    ask: { steps: steps('A', 'B', 'C'), window: '1d' },
    counts: [1, 1, 0],
  },
  {
    name: '2.2: a step beyond the window',
    people: { a: [clock('A', 1), clock('B', 10)] },
    ask: { steps: steps('A', 'B'), window: '7d' },
    counts: [1, 0],
  },
  {
    name: '2.2: a later attempt counts',
    people: { a: [clock('A', 1), clock('A', 10), clock('B', 10, 1)] },
    ask: { steps: steps('A', 'B'), window: '1d' },
    counts: [1, 1],
  },
  {
    name: '2.2: only the second attempt fits',
    people: { a: [clock('A', 1), clock('A', 1, 20), clock('B', 1, 21), clock('C', 2, 10)] },
    ask: { steps: steps('A', 'B', 'C'), window: '1d' },
    counts: [1, 1, 1],
  },
  {
    name: '2.2: the wrong way round',
    people: { a: [clock('B', 1), clock('A', 1, 1)] },
    ask: { steps: steps('A', 'B'), window: '1d' },
    counts: [1, 0],
  },
  {
    name: '2.2: a gap as long as the window',
    people: { a: [clock('A', 1), clock('B', 2)] },
    ask: { steps: steps('A', 'B'), window: '1d' },
    counts: [1, 1],
  },
]

describeStores('POST /api/analytics/funnels', (store) => {
  const install = prepareInstall(store)
  const headers = () => ({ authorization: `Bearer ${install.secretKey}` })
  const post = (path: string, body: unknown) => install.call('POST', path, { headers: headers(), body })

  async function ask<Data = FunnelReport>(body: unknown, path = '/api/analytics/funnels'): Promise<Data> {
    const response = await post(path, body)
    const answer = (await response.json()) as { data: Data }
    expect([response.status, answer]).toEqual([200, expect.objectContaining({ data: expect.anything() })])
    return answer.data
  }

  /** Years of its own for each case, so that `*` sees nobody else's events. */
  let year = 1980
  async function send(people: Case['people'], merged: Case['merged'] = {}) {
    year += 1
    const base = Date.UTC(year, 4, 1)
    const own = (who: string) => `${year}-${who}`
    const events = Object.entries(people).flatMap(([who, did]) =>
      did.map((each, index) => {
        const { event, as, session, properties, ...rest } = typeof each === 'string' ? { event: each } : each
        return {
          id: randomUUID(),
          event,
          timestamp: base + ('at' in rest && rest.at !== undefined ? rest.at : index * HOUR),
          ...(as === undefined ? { userId: own(who) } : { anonymousId: own(as) }),
          ...(session && { sessionId: own(session) }),
          ...(properties && { properties }),
        }
      }),
    )
    const links = Object.entries(merged).map(([anonymous, user]) => ({
      id: randomUUID(),
      type: 'identify',
      anonymousId: own(anonymous),
      userId: own(user),
      timestamp: base + 30 * DAY,
    }))
    const response = await post('/api/analytics/events', { events: [...events, ...links] })
    expect(await response.json()).toMatchObject({ data: { accepted: events.length + links.length, rejected: [] } })
    return { base, range: { from: base, to: base + 31 * DAY } }
  }
  const countsOf = (report: Pick<FunnelReport, 'steps'>) => report.steps.map(({ count }) => count)

  test.each(CASES)('$name', async ({ people, merged, ask: query, counts }) => {
    const { range } = await send(people, merged)
    const report = await ask({ ...range, ...query })
    expect(funnelReport.parse(report)).toEqual(report)
    expect(countsOf(report)).toEqual(counts)
  })

  test('an empty funnel is zeros and nulls, never NaN', async () => {
    const report = await ask({ from: 0, to: 1, steps: steps('a', '*') })
    expect(report.excludedCount).toBe(0)
    expect(report.total).toBeNull()
    for (const step of report.steps) {
      expect(step).toMatchObject({ count: 0, conversionRatio: null, stepRatio: null, timeToConvert: null })
    }
  })

  test('times to convert are those of the people who did it, by buckets that are the same for every funnel', async () => {
    const hours = [1, 2, 4, 9]
    const { range } = await send(
      Object.fromEntries(hours.map((hour) => [`u${hour}`, [at('A', 0), at('B', hour * HOUR)]])),
    )
    const report = await ask({ ...range, steps: steps('A', 'B') })
    expect(report.steps[1]?.timeToConvert).toEqual({
      medianMs: 3 * HOUR,
      averageMs: 4 * HOUR,
      histogram: [
        { fromMs: HOUR, toMs: 3 * HOUR, count: 2 },
        { fromMs: 3 * HOUR, toMs: 8 * HOUR, count: 1 },
        { fromMs: 8 * HOUR, toMs: DAY, count: 1 },
      ],
    })
    expect(report.total).toEqual(report.steps[1]?.timeToConvert)
  })

  test('a breakdown takes the value of the first step-1 event, and the whole counts everybody', async () => {
    const bought = (plan: unknown) => ({ event: 'A', properties: { plan } })
    const { range } = await send({
      a: [bought('pro'), bought('free'), 'B'],
      b: [bought('pro')],
      c: [bought(1), 'B'],
      d: ['A'],
    })
    const report = await ask({ ...range, steps: steps('A', 'B'), breakdown: { property: 'plan' } })
    expect(countsOf(report)).toEqual([4, 2])
    expect(report.breakdown?.map(({ value, steps }) => [value, ...countsOf({ steps })])).toEqual([
      ['pro', 2, 1],
      [null, 1, 0],
      [1, 1, 1],
    ])
    expect(report.breakdownLeftOut).toBe(0)
  })

  test('sessions end after 30 minutes without anything, whatever is filtered', async () => {
    const { range } = await send({
      a: [
        { event: 'A', at: 0, session: 's' },
        { event: 'x', at: 30 * MINUTE, session: 's' },
        { event: 'B', at: 60 * MINUTE, session: 's' },
        { event: 'A', at: 91 * MINUTE, session: 's' },
      ],
    })
    expect(countsOf(await ask({ ...range, steps: steps('A', 'B'), unit: 'session' }))).toEqual([2, 1])
    expect(countsOf(await ask({ ...range, steps: steps('A', 'B') }))).toEqual([1, 1])
  })

  test('two times are laid side by side', async () => {
    const { base } = await send({ a: [clock('A', 1), clock('B', 1, 1)], b: [clock('A', 11)], c: [clock('A', 12)] })
    const body = { from: base + 10 * DAY, to: base + 20 * DAY, steps: steps('A', 'B') }
    const report = await ask({ ...body, compare: 'previous' })
    expect(countsOf(report)).toEqual([2, 0])
    expect(report.previous).toMatchObject({ from: new Date(base).toISOString(), steps: [{ count: 1 }, { count: 1 }] })
    const other = await ask({ ...body, compare: { from: base + 11 * DAY, to: base + 12 * DAY } })
    expect(other.previous && countsOf(other.previous)).toEqual([1, 0])
  })

  test('revenue is that of the rows that made the steps, by currency', async () => {
    const paid = (revenue: unknown, currency?: string) => ({ event: 'pay', properties: { revenue, currency } })
    const { range } = await send({
      a: ['A', paid(10.5, 'EUR'), paid(99, 'EUR')],
      b: ['A', paid(4.5, 'eur')],
      c: ['A', paid(7)],
      d: ['A', paid('12', 'EUR')],
      e: [paid(1_000, 'EUR')],
    })
    const report = await ask({ ...range, steps: steps('A', 'pay'), revenue: true })
    expect(report.steps[0]?.revenue).toEqual([])
    expect(report.steps[1]?.revenue?.toSorted((one, other) => one.amount - other.amount)).toEqual([
      { currency: 'XXX', amount: 7, count: 1 },
      { currency: 'EUR', amount: 15, count: 2 },
    ])
  })

  test('the people of an outcome come page by page, and each says why they got no further', async () => {
    const plan = (value: string) => ({ event: 'pay', properties: { plan: value } })
    const { base, range } = await send({
      done: [clock('A', 1), { ...plan('pro'), at: HOUR }],
      free: [clock('A', 2), { ...plan('free'), at: DAY + HOUR }],
      late: [clock('A', 3), { ...plan('pro'), at: 4 * DAY }],
      early: [{ ...plan('pro'), at: 0 }, clock('A', 4)],
      never: [clock('A', 5)],
      refunded: [clock('A', 6), clock('refund', 6, 1)],
    })
    const body = {
      ...range,
      steps: [{ event: 'A' }, { event: 'pay', where: { plan: 'pro' } }],
      window: '1d',
      exclusions: [{ event: 'refund', fromStep: 1, toStep: 2 }],
    }
    const list = async (more: object) =>
      funnelPeople.parse(await ask({ ...body, step: 2, ...more }, '/api/analytics/funnels/people'))
    const first = await list({ outcome: 'dropped', limit: 3 })
    expect(first.items.map(({ externalId }) => externalId?.slice(5))).toEqual(['never', 'early', 'late'])
    const second = await list({ outcome: 'dropped', limit: 3, cursor: first.next })
    expect(second.items.map(({ externalId }) => externalId?.slice(5))).toEqual(['free'])
    expect(second.next).toBeNull()
    const [done] = (await list({ outcome: 'converted' })).items
    const [refunded] = (await list({ outcome: 'excluded' })).items

    const explain = async (personId: string | undefined) =>
      funnelExplanation.parse(await ask({ ...body, personId }, '/api/analytics/funnels/explain'))
    const iso = (ms: number) => new Date(base + ms).toISOString()
    const [never, early, late] = first.items
    expect((await explain(done?.personId)).reasons).toEqual([{ code: 'converted', at: iso(HOUR) }])
    expect((await explain(refunded?.personId)).reasons).toEqual([
      { code: 'excluded', at: iso(5 * DAY + HOUR), event: 'refund', exclusion: 1 },
    ])
    expect(await explain(never?.personId)).toMatchObject({
      reachedStep: 1,
      missingStep: 2,
      attempt: [{ step: 1, event: 'A', at: iso(4 * DAY) }],
      reasons: [{ code: 'never_did', windowEndedAt: iso(5 * DAY) }],
    })
    expect((await explain(early?.personId)).reasons).toEqual([{ code: 'too_early', at: iso(0) }])
    expect((await explain(late?.personId)).reasons).toEqual([
      { code: 'too_late', at: iso(4 * DAY), windowEndedAt: iso(3 * DAY), lateMs: DAY },
    ])
    expect((await explain(second.items[0]?.personId)).reasons).toEqual([
      { code: 'condition_failed', at: iso(DAY + HOUR), key: 'plan', expected: 'pro', actual: 'free' },
    ])
    expect((await explain('1')).reasons).toEqual([{ code: 'never_entered' }])
  })

  test('a trend follows the local days of the time zone, and says which points are final', async () => {
    // Clocks in Berlin go forward on 30 March 1997; the day has 23 hours.
    const day = Date.UTC(1997, 2, 29, 23)
    const events = [0, 22.5, 23].map((hour, index) => ({
      id: randomUUID(),
      userId: `dst-${index}`,
      event: 'dst',
      timestamp: day + hour * HOUR,
    }))
    await post('/api/analytics/events', { events })
    const trend = funnelTrend.parse(
      await ask(
        { from: day, to: day + 3 * DAY - HOUR, steps: steps('dst'), timezone: 'Europe/Berlin', window: '1d' },
        '/api/analytics/funnels/trend',
      ),
    )
    expect(trend.points).toEqual([
      { start: '1997-03-29T23:00:00.000Z', counts: [2], conversionRatio: 1, isComplete: true },
      { start: '1997-03-30T22:00:00.000Z', counts: [1], conversionRatio: 1, isComplete: true },
      { start: '1997-03-31T22:00:00.000Z', counts: [0], conversionRatio: null, isComplete: false },
    ])
  })

  test('steps that code feeds as conversions are a funnel like any other', async () => {
    const base = Date.UTC(1975, 0, 1)
    const reached = (who: string, step: string, hour: number) => ({
      id: randomUUID(),
      type: 'conversion',
      userId: `conversion-${who}`,
      funnel: 'Trial',
      step,
      timestamp: base + hour * HOUR,
    })
    await post('/api/analytics/events', {
      events: [reached('a', 'open', 0), reached('a', 'pay', 1), reached('b', 'open', 2), reached('c', 'pay', 3)],
    })
    const body = { from: base, to: base + DAY, conversions: 'Trial', steps: steps('open', 'pay') }
    expect(countsOf(await ask(body))).toEqual([2, 1])
    expect(countsOf(await ask({ ...body, order: 'strict' }))).toEqual([2, 1])
    const dropped = await ask<{ items: unknown[] }>(
      { ...body, step: 2, outcome: 'dropped' },
      '/api/analytics/funnels/people',
    )
    expect(dropped.items).toHaveLength(1)
    const refused = await post('/api/analytics/funnels', { ...body, filter: { browser: 'Firefox' } })
    expect(refused.status).toBe(422)
  })

  test.each<[string, object]>([
    ['exclusions.0', { exclusions: [{ event: 'x', fromStep: 2, toStep: 2 }] }],
    [
      'exclusions.0',
      { order: 'unordered', steps: steps('a', 'b', 'c'), exclusions: [{ event: 'x', fromStep: 1, toStep: 2 }] },
    ],
    ['unit', { conversions: 'Trial', unit: 'session' }],
    ['revenue', { order: 'unordered', revenue: true }],
    ['compare.to', { compare: { from: 2, to: 1 } }],
  ])('an invalid definition names %s', async (path, more) => {
    const response = await post('/api/analytics/funnels', { range: '7d', steps: steps('a', 'b'), ...more })
    const { error } = (await response.json()) as { error: { issues: { path: string }[] } }
    expect([response.status, error.issues.map((issue) => issue.path)]).toEqual([422, [path]])
  })

  describe('saved funnels', () => {
    const definition = {
      steps: steps('signup', 'pay'),
      window: '90m',
      exclusions: [{ event: 'x', fromStep: 1, toStep: 2 }],
    }
    const send = async (method: string, path: string, body?: unknown) => {
      const response = await install.call(method, path, { headers: headers(), ...(body !== undefined && { body }) })
      return {
        status: response.status,
        ...((response.status === 204 ? {} : await response.json()) as { data?: never }),
      }
    }

    test('what is kept can be asked as it is, changed, and deleted', async () => {
      const created = (await send('POST', '/api/funnels', { name: 'Checkout', definition })) as {
        status: number
        data?: { id: string; definition: object }
      }
      expect(created.status).toBe(201)
      const id = created.data?.id as string
      expect((await post('/api/analytics/funnels', { range: '7d', ...created.data?.definition })).status).toBe(200)
      expect((await send('POST', '/api/funnels', { name: 'Checkout', definition })).status).toBe(409)
      expect(await send('PATCH', `/api/funnels/${id}`, { name: 'Till' })).toMatchObject({
        status: 200,
        data: { name: 'Till', definition: { window: '5400s' } },
      })
      expect(await send('GET', '/api/funnels')).toMatchObject({ data: { items: [{ id, name: 'Till' }] } })
      expect(
        (
          await install.call('GET', `/api/funnels/${id}`, {
            headers: { authorization: `Bearer ${install.otherSecretKey}` },
          })
        ).status,
      ).toBe(404)
      expect((await send('DELETE', `/api/funnels/${id}`)).status).toBe(204)
      expect((await send('GET', `/api/funnels/${id}`)).status).toBe(404)
    })

    test('one of conversions fixes the order of its steps, and a funnel of events does not pass for one', async () => {
      await post('/api/analytics/events', {
        events: ['pay', 'open'].map((step) => ({
          id: randomUUID(),
          type: 'conversion',
          userId: 'somebody',
          funnel: 'Boat',
          step,
          timestamp: Date.now() - HOUR,
        })),
      })
      const saved = { conversions: 'Boat', steps: steps('open', 'pay') }
      await send('POST', '/api/funnels', { name: 'Boat', definition: saved })
      await send('POST', '/api/funnels', { name: 'Of events', definition })
      const { data } = await send('GET', '/api/funnels')
      const { conversions } = data as unknown as { conversions: object[] }
      expect(conversions).toEqual([{ name: 'Boat', steps: ['open', 'pay'] }])
    })
  })

  test('names of events are found by a part of them, with what their rows hold', async () => {
    const sent = { userId: 'namer', timestamp: Date.now() - MINUTE, route: '/shop', properties: { size: 3, deep: {} } }
    await post('/api/analytics/events', {
      events: ['Basket opened', 'basket_left', 'opened'].map((event) => ({ id: randomUUID(), event, ...sent })),
    })
    const get = async (path: string) =>
      ((await (await install.call('GET', path, { headers: headers() })).json()) as { data: unknown }).data
    expect(await get('/api/analytics/event-names?search=BASKET')).toEqual({
      items: [
        { event: 'Basket opened', count: 1 },
        { event: 'basket_left', count: 1 },
      ],
    })
    expect(await get('/api/analytics/event-properties?event=basket_left')).toMatchObject({
      sampleCount: 1,
      items: expect.arrayContaining([
        { key: 'size', values: [3] },
        { key: '$route', values: ['/shop'] },
      ]),
    })
  })
})
