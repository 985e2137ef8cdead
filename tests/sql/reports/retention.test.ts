import { expect, test } from 'vitest'
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
  mode?: 'recurring' | 'first_time' | 'first_ever'
  windows?: 'calendar' | 'rolling'
  isCumulative?: boolean
  target?: Step
  comeback?: Step
  projectId?: number
}
type Answer = { bounds: number[]; groups: { counts: number[][] }[] }
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
    const answer = await callReport<Answer>(store, 'get_retention', {
      p_project_id: question.projectId ?? project,
      p_from: question.fromMs,
      p_to: question.toMs,
      p_until: question.untilMs ?? Date.UTC(2027, 0, 1),
      p_interval: question.interval ?? 'day',
      p_timezone: question.timezone ?? 'UTC',
      p_week_start: question.weekStart ?? 'monday',
      p_mode: question.mode ?? 'recurring',
      p_windows: question.windows ?? 'calendar',
      p_cumulative: question.isCumulative ?? false,
      p_target: question.target ?? view,
      p_return: question.comeback ?? view,
    })
    return (answer.groups[0]?.counts ?? []).map((counts, index) => ({ start: answer.bounds[index] as number, counts }))
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

  test('rolling windows of 24 hours begin with each person’s own event', async () => {
    const at = (day: number, hour: number) => D0 + day * DAY + hour * HOUR
    const event = (who: string, name: string, timestamp: number) => ({ who, event: name, timestamp })
    await give([
      event('u1', 'signup', at(0, 9)),
      event('u2', 'signup', at(0, 10)),
      event('u3', 'signup', at(1, 9)),
      event('u4', 'signup', at(1, 10)),
      event('u1', 'renew', at(1, 12)), // 27 hours later
      event('u2', 'renew', at(2, 12)), // 50 hours later
      event('u3', 'renew', at(2, 13)), // 28 hours later
    ])
    const question = { ...days(0, 4), target: { event: 'signup' }, comeback: { event: 'renew' } }
    for (const mode of ['recurring', 'first_time', 'first_ever'] as const) {
      expect(counts(await ask({ ...question, mode, windows: 'rolling' }))).toEqual([
        [2, 1, 1, 0],
        [2, 1, 0],
        [0, 0],
        [0],
      ])
    }
  })

  test('a rolling week has seven days and a rolling month thirty, whatever the calendar says', async () => {
    const visit = (day: number) => ({ who: 'u', event: '$pageview', timestamp: D0 + day * DAY })
    await give([visit(0), visit(30)]) // 10 June and 10 July
    const month = { fromMs: D0, toMs: D0 + 40 * DAY, interval: 'month', mode: 'first_time' } as const
    expect(counts(await ask({ ...month, windows: 'rolling' }))).toEqual([
      [1, 1, 0],
      [0, 0],
    ])
    const week = { fromMs: D0, toMs: D0 + 34 * DAY, interval: 'week', mode: 'first_time' } as const
    expect(counts(await ask({ ...week, windows: 'rolling' }))[0]).toEqual([1, 0, 0, 0, 1, 0])
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
})
