import { expect, test } from 'vitest'
import { walkBounds } from '../../lib/insights/reference/calendar'
import { createRandom } from '../../lib/insights/reference/random'
import { countRetention, type RetentionMode } from '../../lib/insights/reference/retention'
import { describeStores } from '../../support/store'
import { callReport, insert, nextProject } from './rows'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** D0 of the worked cases: 10 June 2020. */
const D0 = Date.UTC(2020, 5, 10)

type Step = { event: string; where?: Record<string, unknown> }
type Hit = { who: string; event: string; timestamp: number } & Record<string, unknown>
type Question = {
  fromMs: number
  toMs: number
  untilMs?: number
  interval?: 'hour' | 'day' | 'week' | 'month'
  timezone?: string
  weekStart?: 'monday' | 'sunday'
  mode?: RetentionMode
  isCumulative?: boolean
  target?: Step
  comeback?: Step
  projectId?: number
}
type Cohort = { start: number; counts: number[] }

/** `{ p1: [0, 2] }` → that person's events at noon of these days. */
function onDays(event: string, people: Record<string, readonly number[]>): Hit[] {
  return Object.entries(people).flatMap(([who, days]) =>
    days.map((day) => ({ who, event, timestamp: D0 + day * DAY + 12 * HOUR })),
  )
}

describeStores('get_retention', (store) => {
  let project = 0

  async function give(hits: readonly Hit[]) {
    project = nextProject()
    await insert(
      store,
      'user_events',
      hits.map((hit) => ({ project_id: project, ...hit })),
    )
  }
  async function ask(question: Question): Promise<Cohort[]> {
    const view = { event: '$pageview' }
    return callReport<Cohort[]>(store, 'get_retention', {
      p_project_id: question.projectId ?? project,
      p_from: question.fromMs,
      p_to: question.toMs,
      p_until: question.untilMs ?? Date.UTC(2027, 0, 1),
      p_interval: question.interval ?? 'day',
      p_timezone: question.timezone ?? 'UTC',
      p_week_start: question.weekStart ?? 'monday',
      p_mode: question.mode ?? 'recurring',
      p_cumulative: question.isCumulative ?? false,
      p_target: question.target ?? view,
      p_return: question.comeback ?? view,
    })
  }
  const counts = (cohorts: Cohort[]) => cohorts.map((cohort) => cohort.counts)
  const days = (from: number, to: number) => ({ fromMs: D0 + from * DAY, toMs: D0 + to * DAY })

  test('recurring: a person belongs to every day with the target', async () => {
    await give(onDays('$pageview', { p1: [0, 1, 2, 5, 6], p2: [1, 2, 3, 6], alias: [5] }))
    await insert(store, 'actor_person', [
      { project_id: project, who: 'alias', person_id: '70310000-0000-0000-0000-000000000000' },
    ])
    const cohorts = await ask(days(0, 11))
    expect(counts(cohorts)).toEqual([
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
    ])
    expect(cohorts.map(({ start }) => start)).toEqual(Array.from({ length: 11 }, (_, day) => D0 + day * DAY))
  })

  test('cumulative: k or more days later', async () => {
    await give(onDays('$pageview', { p1: [0, 3, 4], p2: [0, 1], p3: [1, 2, 3], p4: [3, 4], p5: [4] }))
    expect(counts(await ask({ ...days(1, 6), isCumulative: true }))).toEqual([
      [2, 1, 1, 0, 0],
      [1, 1, 0, 0],
      [3, 2, 0],
      [3, 0],
      [0],
    ])
    expect(counts(await ask({ ...days(0, 6), isCumulative: true }))).toEqual([
      [2, 2, 1, 1, 1, 0],
      [2, 1, 1, 0, 0],
      [1, 1, 0, 0],
      [3, 2, 0],
      [3, 0],
      [0],
    ])
  })

  test('target and return may be different events', async () => {
    await give([
      ...onDays('some_event', { p1: [0, 1, 2, 3], p2: [0, 1, 2, 3], p3: [5] }),
      ...onDays('$pageview', { p1: [5, 6], p2: [5] }),
    ])
    expect(counts(await ask({ ...days(0, 7), target: { event: 'some_event' } }))).toEqual([
      [2, 0, 0, 0, 0, 2, 1],
      [2, 0, 0, 0, 2, 1],
      [2, 0, 0, 2, 1],
      [2, 0, 2, 1],
      [0, 0, 0],
      [1, 0],
      [0],
    ])
  })

  test('first_time looks back before the range', async () => {
    await give([
      ...onDays('signup', { x: [-5, -1], p1: [-1, 1, 2, 3, 4], p2: [-1], p3: [0], p4: [2] }),
      ...onDays('$pageview', { p1: [0, 1, 2, 5, 5, 6], p2: [1, 2, 3, 6], p3: [1, 3, 4, 5], p4: [3, 5] }),
    ])
    expect(counts(await ask({ ...days(-1, 6), mode: 'first_time', target: { event: 'signup' } }))).toEqual([
      [2, 1, 2, 2, 1, 0, 1],
      [1, 1, 0, 1, 1, 1],
      [0, 0, 0, 0, 0],
      [1, 1, 0, 1],
      [0, 0, 0],
      [0, 0],
      [0],
    ])
  })

  test('on, on or after, and filtered by a column', async () => {
    const hits = onDays('app_open', { RU1: [0, 1, 2], RU2: [0, 2], RU3: [0], RU4: [1, 2], RU5: [1] })
    await give(hits.map((hit) => ({ ...hit, country: hit.who === 'RU3' ? 'SE' : 'US' })))
    const open = { target: { event: 'app_open' }, comeback: { event: 'app_open' }, mode: 'first_time' as const }
    expect(counts(await ask({ ...days(0, 3), ...open }))).toEqual([[3, 1, 2], [2, 1], [0]])
    expect(counts(await ask({ ...days(0, 3), ...open, isCumulative: true }))).toEqual([[3, 2, 2], [2, 1], [0]])
    const american = { event: 'app_open', where: { $country: 'US' } }
    expect(counts(await ask({ ...days(0, 3), ...open, target: american, comeback: american }))).toEqual([
      [2, 1, 2],
      [2, 1],
      [0],
    ])
  })

  test('first_ever leaves out whose first such event does not meet the conditions', async () => {
    await give([
      { who: 'pro', event: 'signup', timestamp: D0, properties: { plan: 'pro' } },
      { who: 'late', event: 'signup', timestamp: D0, properties: { plan: 'free' } },
      { who: 'late', event: 'signup', timestamp: D0 + DAY, properties: { plan: 'pro' } },
    ])
    const target = { event: 'signup', where: { plan: 'pro' } }
    expect(counts(await ask({ ...days(0, 2), target, mode: 'first_ever' }))).toEqual([[1, 0], [0]])
    expect(counts(await ask({ ...days(0, 2), target, mode: 'first_time' }))).toEqual([[1, 0], [1]])
  })

  test('the range widens to whole weeks that begin as asked', async () => {
    await give(onDays('$pageview', { p: [0, 4, 5] })) // Wednesday, Sunday, Monday
    const monday = await ask({ ...days(0, 6), interval: 'week' })
    expect(monday).toEqual([
      { start: Date.UTC(2020, 5, 8), counts: [1, 1] },
      { start: Date.UTC(2020, 5, 15), counts: [1] },
    ])
    const sunday = await ask({ ...days(0, 6), interval: 'week', weekStart: 'sunday' })
    expect(sunday).toEqual([
      { start: Date.UTC(2020, 5, 7), counts: [1, 1] },
      { start: Date.UTC(2020, 5, 14), counts: [1] },
    ])
  })

  test('what has not begun is absent, what lies after now does not count', async () => {
    await give(onDays('$pageview', { p: [0, 1, 2] }))
    expect(counts(await ask({ ...days(0, 5), untilMs: D0 + DAY + HOUR }))).toEqual([[1, 0], [0]])
    expect(await ask({ ...days(0, 5), untilMs: D0 })).toEqual([])
  })

  test('rows under GPC, of bots and of other projects are nobody', async () => {
    await give([
      { who: 'private', event: '$pageview', timestamp: D0, gpc: true },
      { who: 'robot', event: '$pageview', timestamp: D0, bot_reasons: ['user_agent'] },
    ])
    expect(counts(await ask(days(0, 2)))).toEqual([[0, 0], [0]])
    await give([])
    expect(counts(await ask(days(0, 2)))).toEqual([[0, 0], [0]])
  })

  test.each(["'; drop table public.user_events; --", "' or true or '", '\\', '%s %L $1', '$query$', '$member$'])(
    'the text %s is a name and a value like any other',
    async (text) => {
      await give([
        { who: 'u', event: text, timestamp: D0, properties: { [text]: text } },
        { who: 'v', event: 'other', timestamp: D0, properties: { [text]: 'x' } },
      ])
      const step = { event: text, where: { [text]: text } }
      for (const mode of ['recurring', 'first_time', 'first_ever'] as const) {
        expect(counts(await ask({ ...days(0, 1), mode, target: step, comeback: step }))).toEqual([[1]])
      }
    },
  )

  test('three thousand people are as exact as three', async () => {
    project = nextProject()
    await store.sql(
      `insert into public.user_events (project_id, actor_id, timestamp, id, event)
         select $1::integer, md5(n::text)::uuid, $2::bigint + day * 86400000, gen_random_uuid(), '$pageview'
         from generate_series(1, 3000) as n, generate_series(0, 4) as day
         where n % (day + 1) = 0`,
      [project, D0],
    )
    expect(counts(await ask(days(0, 5)))).toEqual([
      [3000, 1500, 1000, 750, 600],
      [1500, 500, 750, 300],
      [1000, 250, 200],
      [750, 150],
      [600],
    ])
  })

  test('agrees with a cell-by-cell count on 200 random data sets in zones whose clocks change', async () => {
    const random = createRandom(20261122)
    const pick = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value
    const changes: [string, number][] = [
      ['UTC', Date.UTC(2026, 2, 25)],
      ['Europe/Berlin', Date.UTC(2026, 2, 26)],
      ['America/New_York', Date.UTC(2026, 9, 29)],
      ['Australia/Lord_Howe', Date.UTC(2026, 3, 2)],
      ['America/Havana', Date.UTC(2024, 10, 1)],
    ]
    for (let round = 0; round < 200; round += 1) {
      const [timezone, anchor] = pick(changes)
      const interval = pick(['hour', 'day', 'day', 'week', 'month'] as const)
      const length = { hour: 10 * HOUR, day: 7 * DAY, week: 30 * DAY, month: 100 * DAY }[interval]
      const fromMs = anchor + Math.floor(random() * 3 * DAY)
      const toMs = fromMs + 1 + Math.floor(random() * length)
      const untilMs = pick([toMs + 400 * DAY, fromMs + Math.floor(random() * length)])
      const mode = pick(['recurring', 'first_time', 'first_ever'] as const)
      const isCumulative = random() < 0.5
      const weekStart = pick(['monday', 'sunday'] as const)
      const people = Array.from({ length: 1 + Math.floor(random() * 6) }, (_, i) =>
        Array.from({ length: Math.floor(random() * 10) }, () => ({
          who: `p${i}`,
          event: pick(['a', 'b']),
          properties: { good: random() < 0.6 },
          timestamp: fromMs + Math.floor((random() * 1.6 - 0.3) * length),
        })),
      )
      await give(people.flat())
      const bounds = walkBounds(fromMs, toMs, interval, timezone, weekStart)
      const expected = countRetention(
        people.map((hits) =>
          hits.map((hit) => ({
            timestamp: hit.timestamp,
            isTargetName: hit.event === 'a',
            isTarget: hit.event === 'a' && hit.properties.good,
            isReturn: true,
          })),
        ),
        bounds,
        untilMs,
        mode,
        isCumulative,
      )
      const question = { fromMs, toMs, untilMs, interval, timezone, weekStart, mode, isCumulative }
      const target = { event: 'a', where: { good: true } }
      const cohorts = await ask({ ...question, target, comeback: { event: '*' } })
      const context = JSON.stringify({ round, ...question, people })
      expect(counts(cohorts), context).toEqual(expected)
      expect(
        cohorts.map(({ start }) => start),
        context,
      ).toEqual(bounds.slice(0, expected.length))
    }
  })
})
