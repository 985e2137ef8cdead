import { expect, test } from 'vitest'
import { describeStores } from '../../support/store'
import { callReport, insert, nextProject } from './rows'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** 1 May 2026, 00:00 UTC. */
const START = Date.UTC(2026, 4, 1)

type Step = { event: string; where?: Record<string, unknown> }
type Answer = { people: number; medianMs: number | null; averageMs: number | null }
type Report = { groups: { people: number[]; times: Record<string, { medianMs: number; averageMs: number }> }[] }
type Hit = { who: string; event: string; timestamp: number } & Record<string, unknown>

const named = (...events: string[]): Step[] => events.map((event) => ({ event }))

/** `a: signup, pay` → that person's events, an hour apart, in this order. */
function inOrder(people: Record<string, readonly (string | [string, Record<string, unknown>])[]>): Hit[] {
  return Object.entries(people).flatMap(([who, events]) =>
    events.map((each, index) => {
      const [event, properties] = typeof each === 'string' ? [each, null] : each
      return { who, event, properties, timestamp: START + index * HOUR }
    }),
  )
}

/** `who, event, day of May, hour, minute`. */
function at(who: string, event: string, day: number, hour = 0, minute = 0): Hit {
  return { who, event, timestamp: START + (day - 1) * DAY + hour * HOUR + minute * 60_000 }
}

describeStores('get_funnel_report', (store) => {
  let project = 0

  /** The funnel of a project of its own with just these events. */
  async function ask(
    hits: readonly Hit[],
    steps: Step[],
    windowMs = 14 * DAY,
    fromMs = START,
    toMs = START + 31 * DAY,
  ) {
    project = nextProject()
    await insert(
      store,
      'user_events',
      hits.map((hit) => ({ project_id: project, ...hit })),
    )
    return askAgain(steps, windowMs, fromMs, toMs)
  }
  async function askAgain(
    steps: Step[],
    windowMs = 14 * DAY,
    fromMs = START,
    toMs = START + 31 * DAY,
    { projectId = project, includeBots = false } = {},
  ): Promise<Answer[]> {
    const {
      groups: [group],
    } = await callReport<Report>(store, 'get_funnel_report', {
      p_project_id: projectId,
      p_from: fromMs,
      p_to: toMs,
      p_definition: { order: 'ordered', unit: 'person', windowMs, steps },
      p_bounds: [0],
      p_include_bots: includeBots,
    })
    return steps.map((_, index) => ({
      people: group?.people[index] ?? 0,
      medianMs: group?.times[index + 1]?.medianMs ?? null,
      averageMs: group?.times[index + 1]?.averageMs ?? null,
    }))
  }
  const counts = (answer: Answer[]) => answer.map(({ people }) => people)

  const page = (url: string): [string, Record<string, unknown>] => ['pv', { url }]
  const cases: [string, Hit[], Step[], number, number[]][] = [
    [
      'A person who skips a step does not reach the next',
      inOrder({
        a: ['signup'],
        b: ['signup', 'pay'],
        c: ['signup', 'pay', 'movie'],
        d: ['movie'],
        e: ['pay', 'signup', 'movie'],
      }),
      named('signup', 'pay', 'movie'),
      14 * DAY,
      [4, 2, 1],
    ],
    [
      'A skipped middle step gives zeros',
      inOrder({ a: ['signup', 'movie'] }),
      named('signup', 'pay', 'movie'),
      14 * DAY,
      [1, 0, 0],
    ],
    [
      '* is any event, each event one step',
      inOrder({ a: ['x'], b: ['x', 'y'], c: ['y', 'y'], d: ['z'], e: ['x', 'y', 'z'] }),
      named('*', '*', '*'),
      14 * DAY,
      [5, 3, 1],
    ],
    [
      'A repeated step needs two events',
      inOrder({ u1: ['signup', 'signup'], u2: ['signup'] }),
      named('signup', 'signup'),
      14 * DAY,
      [2, 1],
    ],
    [
      'Steps of one event are told apart by properties',
      inOrder({
        p1: ['signup'],
        p2: ['signup', page('aloha')],
        p3: ['signup', page('aloha'), 'x', page('aloha2')],
        p4: ['signup', page('aloha'), page('aloha2'), page('aloha2'), 'x'],
        p5: ['signup', page('aloha'), 'x', page('aloha2'), page('aloha'), page('aloha2')],
      }),
      [
        { event: 'signup' },
        { event: 'pv', where: { url: 'aloha' } },
        { event: 'pv', where: { url: 'aloha2' } },
        { event: 'pv', where: { url: 'aloha2' } },
        { event: 'pv' },
      ],
      14 * DAY,
      [5, 4, 3, 2, 0],
    ],
    [
      'Nobody converts after the window',
      [
        ...Array.from({ length: 10 }, (_, i) => [at(`a${i}`, 'one', 1), at(`a${i}`, 'two', 2)]).flat(),
        ...Array.from({ length: 15 }, (_, i) => [at(`b${i}`, 'one', 1), at(`b${i}`, 'two', 10)]).flat(),
      ],
      named('one', 'two', 'three'),
      7 * DAY,
      [25, 10, 0],
    ],
    [
      'The window is total, not per step',
      [at('u', 'A', 1), at('u', 'B', 1, 20), at('u', 'C', 2, 16)],
      named('A', 'B', 'C'),
      DAY,
      [1, 1, 0],
    ],
    [
      'A later step after the window is not reached',
      [at('u', 'A', 1), at('u', 'B', 10)],
      named('A', 'B'),
      7 * DAY,
      [1, 0],
    ],
    ['A second attempt counts', [at('u', 'A', 1), at('u', 'A', 10), at('u', 'B', 10, 1)], named('A', 'B'), DAY, [1, 1]],
    [
      'Only the second attempt fits',
      [at('u', 'A', 1), at('u', 'A', 1, 20), at('u', 'B', 1, 21), at('u', 'C', 2, 10)],
      named('A', 'B', 'C'),
      DAY,
      [1, 1, 1],
    ],
    ['Steps at one instant convert', [at('u', 'B', 1), at('u', 'A', 1)], named('A', 'B'), DAY, [1, 1]],
    ['Steps the wrong way round do not', [at('u', 'B', 1), at('u', 'A', 1, 1)], named('A', 'B'), DAY, [1, 0]],
    ['The window is inclusive', [at('u', 'A', 1), at('u', 'B', 2)], named('A', 'B'), DAY, [1, 1]],
    [
      'Sign up and page view at one instant convert',
      [at('u', 'sign up', 1), at('u', 'pageview', 1), at('v', 'sign up', 1)],
      named('sign up', 'pageview'),
      14 * DAY,
      [2, 1],
    ],
    [
      'Repeats at one instant are two events',
      [at('u', 'F', 1, 13, 1), at('u', 'P', 1, 13, 10), at('u', 'P', 1, 13, 10), at('u', 'P', 1, 13, 11)],
      named('F', 'P', 'P'),
      14 * DAY,
      [1, 1, 1],
    ],
    [
      'One event at an instant is not two steps',
      [at('u', 'A', 1), at('u', 'B', 1)],
      named('A', 'B', 'A'),
      DAY,
      [1, 1, 0],
    ],
    [
      'An instant may be taken from the middle of a funnel',
      [at('u', 'A', 1), at('u', 'A', 2), at('u', 'B', 2)],
      named('A', 'B', 'A'),
      14 * DAY,
      [1, 1, 1],
    ],
  ]
  test.each(cases)('%s', async (_, hits, steps, windowMs, expected) => {
    expect(counts(await ask(hits, steps, windowMs))).toEqual(expected)
  })

  test('a project without events gives zeros and nulls', async () => {
    expect(await ask([], named('A', 'B'))).toEqual([
      { people: 0, medianMs: null, averageMs: null },
      { people: 0, medianMs: null, averageMs: null },
    ])
  })

  test('the range is [from, to) for every step', async () => {
    const hits = [at('u', 'A', 2), at('u', 'B', 3)]
    expect(counts(await ask(hits, named('A', 'B'), 14 * DAY, START + DAY, START + 2 * DAY))).toEqual([1, 0])
    expect(counts(await askAgain(named('A', 'B'), 14 * DAY, START + DAY, START + 2 * DAY + 1))).toEqual([1, 1])
    expect(counts(await askAgain(named('A', 'B'), 14 * DAY, START + DAY + 1))).toEqual([0, 0])
  })

  test('anonymous and identified events of one person are one person', async () => {
    const hits = [at('anonymous', 'signup', 1), at('user', 'pay', 2), at('user', 'signup', 3)]
    expect(counts(await ask(hits, named('signup', 'pay')))).toEqual([2, 0])
    await insert(store, 'actor_person', [
      { project_id: project, who: 'anonymous', person_id: '75736572-0000-0000-0000-000000000000' },
    ])
    expect(counts(await askAgain(named('signup', 'pay')))).toEqual([1, 1])
  })

  test('rows under GPC and of marked bots reach nothing; bots do when asked for', async () => {
    const hits = [
      ...[at('private', 'A', 1), at('private', 'B', 2)].map((hit) => ({ ...hit, gpc: true })),
      ...[at('robot', 'A', 1), at('robot', 'B', 2)].map((hit) => ({ ...hit, bot_reasons: ['user_agent'] })),
      at('person', 'A', 1),
    ]
    expect(counts(await ask(hits, named('A', 'B')))).toEqual([1, 0])
    const [first] = await askAgain(named('A', 'B'), DAY, START, START + 31 * DAY, { includeBots: true })
    expect(first?.people).toBe(2)
  })

  test('another project sees nothing of it', async () => {
    await ask([at('u', 'A', 1)], named('A'))
    expect(counts(await askAgain(named('A'), DAY, START, START + 31 * DAY, { projectId: project + 50_000 }))).toEqual([
      0,
    ])
  })

  test('times are those of the earliest attempt that got furthest', async () => {
    const hits = [at('u', 'A', 1), at('u', 'A', 1, 5), at('u', 'B', 1, 6), at('u', 'A', 3), at('u', 'B', 3, 1)]
    const answer = await ask(hits, named('A', 'B', 'C'))
    expect(answer[1]).toMatchObject({ people: 1, medianMs: 6 * HOUR, averageMs: 6 * HOUR })
    expect(answer[2]).toMatchObject({ people: 0, medianMs: null, averageMs: null })
    // within 5 h the first attempt gets nowhere
    expect((await askAgain(named('A', 'B', 'C'), 5 * HOUR))[1]).toMatchObject({ medianMs: HOUR })
  })

  test('the median of an even number is the mean of the middle two', async () => {
    const hits = [1, 2, 4, 9].flatMap((hours, i) => [at(`u${i}`, 'A', 1), at(`u${i}`, 'B', 1, hours)])
    expect((await ask(hits, named('A', 'B')))[1]).toMatchObject({ medianMs: 3 * HOUR, averageMs: 4 * HOUR })
  })

  test('one visitor with 10,000 events of every step is one person', async () => {
    await ask([], named('A'))
    await store.sql(
      `insert into public.user_events (project_id, actor_id, timestamp, id, event)
         select $1::integer, '00000000-0000-0000-0000-000000000001', $2::bigint + n * 1000, gen_random_uuid(),
                chr(65 + n % 3)
         from generate_series(0, 9999) as n`,
      [project, START],
    )
    const answer = await askAgain(named('A', 'B', 'C'))
    expect(counts(answer)).toEqual([1, 1, 1])
    expect(answer[2]?.medianMs).toBe(1000)
  })

  test('twenty steps are counted', async () => {
    const events = Array.from({ length: 20 }, (_, i) => `step ${i}`)
    const answer = await ask(inOrder({ a: events, b: events.slice(0, 7) }), named(...events))
    expect(counts(answer)).toEqual([2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
  })

  test.each(["'; drop table public.user_events; --", "' or true or '", '\\', "E'\\''", '%s %L $1 $query$', '"'])(
    'the text %s is a name and a value like any other',
    async (text) => {
      const hits: Hit[] = [
        { ...at('u', text, 1), properties: { [text]: text }, route: text },
        { ...at('v', 'other', 1), properties: { [text]: 'x' }, route: 'x' },
      ]
      const steps = [{ event: text, where: { [text]: text, $route: text } }]
      expect(counts(await ask(hits, steps))).toEqual([1])
      expect(counts(await askAgain([{ event: '*', where: { [text]: { in: [text] } } }]))).toEqual([1])
      expect(counts(await askAgain([{ event: '*', where: { [text]: { contains: text } } }]))).toEqual([1])
      expect(counts(await askAgain([{ event: '*', where: { [text]: { not: text } } }]))).toEqual([1])
      expect(counts(await askAgain([{ event: '*', where: { [text]: { exists: true } } }]))).toEqual([2])
      expect(counts(await askAgain([{ event: '*', where: { $route: { contains: text } } }]))).toEqual([1])
      expect(counts(await askAgain(named(text, text)))).toEqual([1, 0])
    },
  )
})
