import { beforeAll, expect, test } from 'vitest'
import { createRandom } from '../lib/insights/reference/random'
import { describeStores, type TestStore } from '../support/store'
import { append, call, createProject } from './store-rows'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Berlin loses an hour on the third day, Lord Howe wins half of one on the ninth. */
const START = Date.UTC(2026, 2, 27)
const DAYS = 12
const NOW = START + (DAYS - 1) * DAY + 5 * HOUR
const ZONES = ['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns']
const EVENTS = ['$pageview', '$pageview', 'buy', 'search']
const STEPS = [
  { event: '$pageview' },
  { event: '*' },
  { event: '$pageview', where: { $route: '/a' } },
  { event: '$pageview', where: { $route: { contains: 'b' } } },
  { event: 'buy', where: { plan: 'pro' } },
  { event: 'buy' },
  { event: 'search', where: { $device: 'mobile' } },
]
const PATHS = [
  [null, 'after', 'event'],
  [null, 'before', 'page'],
  [{ event: 'buy' }, 'after', 'page'],
  [{ event: '$pageview', where: { $route: '/a' } }, 'before', 'event'],
] as const
const DIMENSIONS = ['event', 'page', 'referrer', 'country', 'device', 'utm_source'] as const
/** Conversions' funnels with their steps; the second keeps an order of its own, with a step that nobody does. */
const FUNNELS = { signup: ['form', 'done', 'paid'], trial: ['end', 'begin'] } as const

/** What slices know of rows, apart and together, and people by what they did. */
const FILTERS = [
  { device: 'mobile' },
  { country: 'DE', browser: 'Firefox' },
  { referrer: 'example.org' },
  { utm_source: 'news', device: 'desktop' },
  { route: '/a' },
  { route: '/b', country: 'FR' },
  { event: 'buy' },
  { event: '$pageview', route: '/b', device: 'mobile' },
  { segment: { match: 'all', conditions: [{ kind: 'did', event: { event: 'buy' } }] } },
  { device: 'mobile', segment: { match: 'all', conditions: [{ kind: 'did', event: { event: 'search' }, not: true }] } },
] as const

type Question = { project: number; from: number; to: number; zone: string; bounds: number[]; filters: object }
type Row = Record<string, unknown> & { type: string; id: string; actor_id: string; timestamp: number }

/** What is asked of slices, in SQL, so that a question is one statement and one snapshot. */
const HELPERS = `
  create function public.ask_hits(p_project integer, p_from bigint, p_to bigint, p_steps jsonb, p_filters jsonb default '{}') returns jsonb
  language plpgsql stable as $$
  declare v jsonb;
  begin
    execute format(
      'with h as materialized (%s)
       select jsonb_agg(jsonb_build_array(p.person_id::text, h.timestamp, h.mask) order by p.person_id, h.timestamp, h.mask)
       from h left join public.get_person_ids($1, array(select distinct h.person from h)) as p on p.person = h.person',
      public.build_step_hits(p_project, p_from, p_to, p_steps, p_filters)
    ) into v using p_project;
    return v;
  end $$;
  create function public.ask_paths(p_project integer, p_from bigint, p_to bigint, p_anchor jsonb, p_direction text, p_by text) returns jsonb
  language sql stable as $$
    select jsonb_build_object(
      'total', p -> 'total', 'anchored', p -> 'anchored',
      'nodes', (select jsonb_agg(n order by n) from jsonb_array_elements(p -> 'nodes') as n),
      'links', (select jsonb_agg(l order by l) from jsonb_array_elements(p -> 'links') as l)
    )
    from public.get_paths(p_project, p_from, p_to, p_anchor, p_direction, 3, 2, p_by) as p
  $$;
  create function public.ask_bits(p_project integer, p_bounds bigint[], p_steps jsonb, p_filters jsonb default '{}') returns jsonb
  language plpgsql stable as $$
  declare v jsonb;
  begin
    execute format(
      'with b as materialized (%s)
       select jsonb_agg(to_jsonb(c) order by c.step, c.position, c.other, c.later) from (
         select b.step, b.position, o.step as other, o.position as later, sum(bit_count(b.people & o.people)) as people
         from b inner join b as o on o.chunk = b.chunk group by 1, 2, 3, 4
       ) as c where c.people > 0',
      public.build_people_bits(p_project, p_bounds, p_steps, p_filters)
    ) into v;
    return v;
  end $$;
`

/** All answers to a question, as one value. */
function toAnswersSql({ project, from, to, zone, bounds, filters }: Question): string {
  const range = `${project}, ${from}, ${to}`
  const steps = (list: readonly object[]) => `'${JSON.stringify(list)}'::jsonb`
  const filter = `'${JSON.stringify({ ...filters, now: NOW })}'::jsonb`
  return `select jsonb_build_object(
    'totals', (select to_jsonb(t) from public.get_event_totals(${range}) as t),
    'days', public.get_event_series(${range}, 'day', '${zone}'),
    'hours', public.get_event_series(${project}, ${from}, ${Math.min(to, from + 2 * DAY)}, 'hour', '${zone}'),
    ${DIMENSIONS.map((dim) => `'${dim}', (select jsonb_agg(to_jsonb(d)) from public.get_dimension(${range}, '${dim}') as d),`).join('\n')}
    'reached', (select jsonb_agg(to_jsonb(f)) from public.get_named_funnels(${range}, p_window_ms => ${3 * DAY}) as f),
    'filtered', jsonb_build_object(
      'filter', ${filter},
      'totals', (select to_jsonb(t) from public.get_event_totals(${range}, ${filter}) as t),
      'days', public.get_event_series(${range}, 'day', '${zone}', ${filter}),
      ${DIMENSIONS.slice(0, 3)
        .map(
          (dim) =>
            `'${dim}', (select jsonb_agg(to_jsonb(d)) from public.get_dimension(${range}, '${dim}', ${filter}, false, '{example.org}') as d),`,
        )
        .join('\n')}
      'hits', public.ask_hits(${range}, ${steps(STEPS)}, ${filter}),
      'bits', public.ask_bits(${project}, '{${bounds.join(',')}}', ${steps(STEPS.slice(0, 3))}, ${filter})
    ),
    'sessions', public.get_session_summary(${range}),
    'channels', public.get_dimension_values(${range}, 'channel'),
    ${PATHS.map(([anchor, direction, by], index) => `'path ${index}', public.ask_paths(${range}, ${anchor ? `'${JSON.stringify(anchor)}'` : 'null'}, '${direction}', '${by}'),`).join('\n')}
    'hits', public.ask_hits(${range}, ${steps(STEPS)}),
    'named', public.ask_hits(${range}, ${steps(STEPS.slice(0, 4))}),
    'bits', public.ask_bits(${project}, '{${bounds.join(',')}}', ${steps(STEPS)}),
    'simple', public.ask_bits(${project}, '{${bounds.join(',')}}', ${steps([STEPS[0] as object, STEPS[1] as object])})
  ) as answers`
}

/** A project's life: what is sent, who is linked, erased or forgiven, and what is rolled up in between. */
function createLife(store: TestStore, project: number, seed: number) {
  const next = createRandom(seed)
  const random = (below: number) => Math.floor(next() * below)
  const pick = <Value>(values: readonly Value[]) => values[random(values.length)] as Value
  const uuid = (kind: number, number: number) =>
    `${kind.toString(16).padStart(8, '0')}-0000-4000-8000-${number.toString(16).padStart(12, '0')}`
  const actor = (number: number) => uuid(project * 10 + 1, number)
  const sent: Row[] = []
  let count = 0
  const nextId = () => {
    count += 1
    return uuid(2, count)
  }
  let zone = 'UTC'

  const toRow = (type: string, dayMs = START + random(DAYS * 24) * HOUR): Row => {
    const who = random(9)
    // Minutes, so that there are ties and pauses of exactly half an hour.
    const row: Row = { type, id: nextId(), actor_id: actor(who), timestamp: dayMs + random(60) * 60_000 }
    Object.assign(row, {
      // Some go on under another actor, as a visit in which somebody signs in does.
      session_id: random(8) ? `s${random(2) ? who : 'shared'}-${random(2)}` : null,
      ...(who > 5 && { visitor_id: String((random(3) - 1.5) * 2 ** 52) }),
      ...(random(12) === 0 && { gpc: true, session_id: null, actor_id: uuid(3, count) }),
      ...(random(10) === 0 && { bot_reasons: ['headless'] }),
      device: pick(['mobile', 'desktop', null]),
      browser: 'Firefox',
      country: pick(['DE', 'FR', null]),
      referrer: pick(['https://www.example.org/a', 'https://example.org/b', null]),
      utm_source: pick(['news', null, null]),
    })
    if (type === 'conversion') {
      const funnel = pick(['signup', 'signup', 'trial'] as const)
      return { ...row, funnel, step: pick<string>(FUNNELS[funnel]) }
    }
    return {
      ...row,
      event: pick(EVENTS),
      route: pick(['/a', '/b', '/b/c', null]),
      properties: { plan: pick(['pro', 'free']) },
    }
  }
  const send = async (rows: Row[]) => {
    await append(store, 'append_events', rows, project)
    sent.push(...rows)
  }
  const identify = (user: number, linked: number | null): Row => ({
    type: 'identify',
    id: nextId(),
    actor_id: actor(100 + user),
    user_id: uuid(4, user),
    timestamp: START,
    ...(linked !== null && { linked_actor_id: actor(linked) }),
  })
  const rollUp = async (times: number) => {
    for (let call_ = 0; call_ < times; call_ += 1) {
      if ((await call<number>(store, 'roll_up_slices', { p_quiet_ms: 0, p_now: NOW })) === 0) return
    }
  }
  const acts = {
    async 'send rows of one hour'() {
      const hour = START + random(DAYS * 24) * HOUR
      await send(Array.from({ length: 1 + random(8) }, () => toRow(random(6) ? 'event' : 'conversion', hour)))
    },
    async 'send rows of any time, some of them again'() {
      const fresh = Array.from({ length: 10 + random(30) }, () => toRow(random(8) ? 'event' : 'conversion'))
      await send([...fresh, ...sent.slice(random(sent.length + 1)).slice(0, 5)])
    },
    async 'identify somebody'() {
      const rows = Array.from({ length: 1 + random(2) }, () => identify(random(3), random(4) ? random(9) : null))
      await append(store, 'append_events', [...rows, { ...toRow('event'), actor_id: actor(100 + random(3)) }], project)
    },
    async 'erase somebody, perhaps not to the end'() {
      const id = await call<string>(store, 'begin_erasure', {
        p_project_id: project,
        p_actor_ids: [random(2) ? actor(random(9)) : actor(100 + random(3))],
        p_subject: `subject ${count}`,
        p_requested_by: 'test',
      })
      if (random(3) === 0) return
      while (await call<boolean>(store, 'erase_person_rows', { p_erasure_id: id, p_rows: 20 }));
      if (random(3)) await call(store, 'finish_erasure', { p_erasure_id: id, p_jws: 'jws' })
    },
    async 'forgive bots'() {
      await call(store, 'restore_bots', {
        p_project_id: project,
        p_reasons: ['headless'],
        p_browser: 'Firefox',
        p_from: START + random(DAYS) * DAY,
        p_to: START + DAYS * DAY,
        p_limit: 1 + random(10),
      })
    },
    async 'let old rows go'() {
      const before = START + random(3 * 24) * HOUR
      await store.sql(`delete from public.user_events where project_id = ${project} and timestamp < ${before}`)
      await store.sql(`delete from public.conversions where project_id = ${project} and timestamp < ${before}`)
    },
    async 'change the time zone'() {
      zone = pick(ZONES)
      await store.sql('update public.projects set timezone = $1 where id = $2', [zone, project])
    },
    async 'fold some'() {
      await call(store, 'fold_event_counts', { p_limit: 1 + random(40) })
    },
    async 'roll up a little'() {
      await call(store, 'fold_event_counts')
      await rollUp(1 + random(4))
    },
    async 'roll up all'() {
      await call(store, 'fold_event_counts')
      await rollUp(100)
    },
    async 'mark all'() {
      await call(store, 'mark_all_slices')
    },
  }
  const ask = (): Question => {
    const from = START - DAY + random((DAYS + 1) * 24 * 4) * (HOUR / 4) + random(2)
    const to = from + 1 + random((START + (DAYS + 1) * DAY - from) / (HOUR / 4)) * (HOUR / 4)
    const inner = Array.from({ length: random(4) }, () => START + random(DAYS * 24) * HOUR).filter(
      (ms) => ms > from && ms < to,
    )
    const bounds = [...new Set([from, ...inner, to])].sort((one, other) => one - other)
    return { project, from, to, zone: random(2) ? zone : pick(ZONES), bounds, filters: pick(FILTERS) }
  }
  return { acts, ask, random, pick, send, toRow }
}

describeStores('slices', (store) => {
  beforeAll(() => store.sql(HELPERS))

  const readAnswers = async (sql: string) => (await store.sql<{ answers: Record<string, unknown> }>(sql))[0]?.answers

  async function expectEqualToRaw(question: Question, happened: string): Promise<void> {
    const answers = await readAnswers(toAnswersSql(question))
    await store.sql(
      `insert into public.slice_marks (project_id, from_ms, to_ms) values (${question.project}, ${START - 99 * DAY}, ${START + 99 * DAY})`,
    )
    // Filters by the way that needs no slices either.
    const [known] = await store.sql<{ definition: string }>(
      "select pg_get_functiondef('public.has_slice_settings'::regproc) as definition",
    )
    await store.sql(
      "create or replace function public.has_slice_settings(p_filters jsonb) returns boolean language sql immutable as 'select false'",
    )
    const raw = await readAnswers(toAnswersSql(question))
    await store.sql(known?.definition ?? '')
    await store.sql(
      `delete from public.slice_marks where project_id = ${question.project} and from_ms = ${START - 99 * DAY}`,
    )
    expect({ happened, ...answers }).toEqual({ happened, ...raw })
  }

  test.each([1, 2, 3, 4])(
    'answer as raw rows do, whatever happens in whatever order (life %i)',
    async (seed) => {
      const project = await createProject(store, `slices-${seed}`)
      // Numbers that go over the end of a chunk.
      await store.sql('insert into public.person_numbers (project_id, person_id, number) values ($1, -1, $2)', [
        project,
        seed % 2 ? 32_700 : 0,
      ])
      await store.sql('insert into public.funnels (project_id, name, definition) values ($1, $2, $3)', [
        project,
        'trial',
        { steps: ['begin', 'unheard of', 'end'].filter((step) => seed % 2 || step !== 'unheard of') },
      ])
      const life = createLife(store, project, seed)
      // Enough people in one day for a bit string.
      const crowd = Array.from({ length: seed % 3 ? 150 : 0 }, (_, index) => ({
        ...life.toRow('event', START + 4 * DAY + life.random(3) * HOUR),
        actor_id: `00000000-0000-4000-8000-${(10_000 + index).toString().padStart(12, '0')}`,
      }))
      if (crowd.length > 0) await life.send(crowd)
      await life.acts['send rows of any time, some of them again']()
      await life.acts['roll up all']()
      const story = ['roll up all']
      const names = Object.keys(life.acts) as (keyof typeof life.acts)[]
      for (let act = 0; act < 11; act += 1) {
        const name = act % 4 === 3 ? 'roll up all' : life.pick(names)
        story.push(name)
        await life.acts[name]()
        await expectEqualToRaw(life.ask(), story.slice(-6).join(' → '))
      }
      const [used] = await store.sql<{ slices: number; spans: number }>(
        `select count(*)::int as slices, (select count(*)::int from public.spans where project_id = ${project}) as spans
      from public.slices where project_id = ${project}`,
      )
      expect(used?.slices).toBeGreaterThan(5)
      expect(used?.spans).toBeGreaterThan(0)
    },
    90_000,
  )
})
