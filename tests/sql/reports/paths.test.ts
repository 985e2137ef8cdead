import { expect, test } from 'vitest'
import { createRandom } from '../../lib/insights/reference/random'
import { median } from '../../support/reference/median'
import { countPaths, type PathAnswer, type PathQuestion } from '../../support/reference/paths'
import { isKept, type Seen, toVisits, type Visit } from '../../support/reference/sessions'
import { describeStores, type TestStore } from '../../support/store'
import { callReport, insert, nextProject, toActor } from './rows'

const MINUTE = 60_000
/** 1 May 2026, 00:00 UTC. */
const START = Date.UTC(2026, 4, 1)
const END = START + 5 * 60 * MINUTE

type Link = { sourceKind: string; source: string | null; targetKind: string; target: string | null; depth: number }
type Node = { depth: number; kind: string; value: string | null }
type Counts = { people: number; sessions: number }
type Paths = { total: Counts; anchored: Counts; nodes: (Node & Counts)[]; links: (Link & Counts)[] }
type Channel = Counts & { value: string; events: number }
type Filter = Partial<Record<'route' | 'device', string>>
type Case = {
  seed: number
  project: number
  rows: Seen[]
  /** Stretches that are rolled up, so that what is asked for comes from slices, from parts of them and from raw rows. */
  slices: [from: number, to: number][]
  from: number
  to: number
  filter: Filter
  question: PathQuestion
  anchorStep: unknown
}

const DATA_SETS = 600
const EVENTS = ['$pageview', '$pageview', '$pageview', 'click', 'buy']
const ROUTES = ['/', '/a', '/b', '/c', null]
const REFERRERS = ['https://www.google.com/search', 'https://www.www.example.org/x', 'google.com', '', null]

/** A handful of people in a few hours: ties, gaps of exactly half an hour, links, shared browsers, midnight visitors, bots. */
function createCase(seed: number): Case {
  const random = createRandom(seed)
  const pick = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value
  const actors = ['ann', 'ben', 'ann-phone', 'guest']
  const rows = Array.from({ length: 4 + Math.floor(random() * 26) }, (_, index): Seen => {
    const actor = pick(actors)
    const isGpc = random() < 0.05
    // guests without consent are another visitor in the second half of the range
    const timestamp = START + Math.floor(random() * 24 - 4) * 15 * MINUTE + pick([0, 0, 1, 7 * MINUTE])
    const visitor = timestamp < START + 120 * MINUTE ? 'early guest' : 'late guest'
    return {
      id: toId(seed, Math.floor(random() * 4_096) * 64 + index),
      actor,
      person: isGpc ? null : actor === 'ann-phone' ? 'ann' : actor === 'guest' ? visitor : actor,
      session: random() < 0.08 ? null : pick(['s1', 's1', 's2']),
      timestamp,
      event: pick(EVENTS),
      route: pick(ROUTES),
      referrer: pick(REFERRERS),
      device: pick(['mobile', 'desktop', null]),
      isBot: random() < 0.05,
    }
  })
  const anchor = pick<[PathQuestion['anchor'], unknown]>([
    [null, null],
    [null, null],
    [(row) => row.event === 'click', { event: 'click' }],
    [(row) => row.event === '$pageview', { event: '$pageview' }],
    [
      (row) => row.event === '$pageview' && row.route !== null && ['/b', '/c'].includes(row.route),
      { event: '$pageview', where: { $route: { in: ['/b', '/c'] } } },
    ],
    [
      (row) => row.event === '$pageview' && row.route === null,
      { event: '$pageview', where: { $route: { exists: false } } },
    ],
    [(row) => row.event === '$pageview' && row.route === '/a', { event: '$pageview', where: { $route: '/a' } }],
    [() => true, { event: '*' }],
    [(row) => row.route !== null && row.route !== '/', { event: '*', where: { $route: { in: ['/a', '/b', '/c'] } } }],
  ])
  const edges = [-4, ...Array.from({ length: 23 }, (_, quarter) => quarter - 3).filter(() => random() < 0.2), 24]
  const stretches = edges
    .slice(1)
    .map((edge, index): [number, number] => [
      START + (edges[index] as number) * 15 * MINUTE,
      START + edge * 15 * MINUTE,
    ])
  const someTime = () => START + Math.floor(random() * 20) * 15 * MINUTE + pick([0, 0, 1, -1])
  const [from = START, to = END] = [random() < 0.5 ? START : someTime(), random() < 0.5 ? END : someTime()].toSorted()
  return {
    seed,
    project: nextProject(),
    rows,
    // some of them only: building takes longer than asking
    slices: seed % 4 === 0 ? stretches.filter(() => random() < 0.6) : [],
    from,
    to,
    filter: pick<Filter>([{}, {}, { device: 'mobile' }, { route: '/a' }, { route: '/b', device: 'desktop' }]),
    anchorStep: anchor[1],
    question: {
      anchor: anchor[0],
      direction: pick(['after', 'before']),
      depth: 1 + Math.floor(random() * 5),
      branches: 1 + Math.floor(random() * 4),
      by: pick(['event', 'page']),
    },
  }
}

/** Ids order rows of one instant, so they are chance; the same number, the same id. */
function toId(seed: number, number: number): string {
  return `${seed.toString(16).padStart(8, '0')}-0000-7000-8000-${number.toString(16).padStart(12, '0')}`
}

/** A day's visitor key, as the store keeps it: 64 bits. */
const VISITORS: Readonly<Record<string, string>> = { 'early guest': '11', 'late guest': '12' }

async function load(store: TestStore, cases: readonly Case[]): Promise<void> {
  await insert(
    store,
    'user_events',
    cases.flatMap(({ project, rows }) =>
      rows.map((row) => ({
        project_id: project,
        id: row.id,
        who: row.actor,
        timestamp: row.timestamp,
        session_id: row.session,
        visitor_id: row.person === null ? null : (VISITORS[row.person] ?? null),
        gpc: row.person === null,
        event: row.event,
        route: row.route,
        referrer: row.referrer,
        device: row.device,
        bot_reasons: row.isBot ? ['agent'] : null,
      })),
    ),
  )
  await insert(
    store,
    'actor_person',
    cases.flatMap(({ project }) =>
      ['ann', 'ann-phone'].map((who) => ({ project_id: project, who, person_id: toActor('ann') })),
    ),
  )
}

/** As the builder does it, but for stretches of any kind. */
async function rollUp(store: TestStore, cases: readonly Case[]): Promise<void> {
  await store.sql('delete from public.slice_links')
  await store.sql(
    `select public.build_slice((s ->> 0)::integer, (s ->> 1)::bigint, (s ->> 2)::bigint, null)
     from jsonb_array_elements($1::text::jsonb) as s`,
    [JSON.stringify(cases.flatMap(({ project, slices }) => slices.map((slice) => [project, ...slice])))],
  )
}

function toComparable({ total, anchored, nodes, links }: Paths): PathAnswer {
  const name = (depth: number, kind: string, value: string | null) => `${depth}:${kind}:${value ?? ''}`
  const counts = ({ people, sessions }: Counts) => ({ people, sessions })
  return {
    total,
    anchored,
    nodes: new Map(nodes.map((node) => [name(node.depth, node.kind, node.value), counts(node)])),
    links: new Map(
      links.map((link) => [
        `${name(link.depth - 1, link.sourceKind, link.source)} > ${name(link.depth, link.targetKind, link.target)}`,
        counts(link),
      ]),
    ),
  }
}

/** The figures of get_session_summary by hand. */
function summarize(visits: readonly Visit[]) {
  const lengths = visits.map(({ rows }) => (rows.at(-1) as Seen).timestamp - (rows[0] as Seen).timestamp)
  const mean = (values: readonly number[]) =>
    values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length
  const toPages = (find: (pages: readonly string[]) => string | undefined) => {
    const tally = new Map<string, { sessions: number; bounces: number }>()
    for (const { rows } of visits) {
      const route = find(rows.flatMap((row) => (row.event === '$pageview' && row.route ? row.route : [])))
      if (route === undefined) continue
      const counts = tally.get(route) ?? { sessions: 0, bounces: 0 }
      counts.sessions += 1
      if (rows.length === 1) counts.bounces += 1
      tally.set(route, counts)
    }
    return [...tally]
      .map(([route, counts]) => ({ route, ...counts }))
      .toSorted((a, b) => b.sessions - a.sessions || (a.route < b.route ? -1 : 1))
  }
  return {
    sessions: visits.length,
    people: new Set(visits.map(({ person }) => person)).size,
    bounces: visits.filter(({ rows }) => rows.length === 1).length,
    medianLengthMs: median(lengths),
    averageLengthMs: mean(lengths),
    averageEvents: mean(visits.map(({ rows }) => rows.length)),
    entries: toPages((pages) => pages[0]),
    exits: toPages((pages) => pages.at(-1)),
  }
}

/** Channels by hand, given what to_channel says of each referrer (which has tests of its own). */
function countChannels(visits: readonly Visit[], channels: ReadonlyMap<string | null, string>): Channel[] {
  const tally = new Map<string, Visit[]>()
  for (const visit of visits) {
    const value = channels.get(visit.rows[0]?.referrer ?? null) as string
    tally.set(value, [...(tally.get(value) ?? []), visit])
  }
  return [...tally]
    .map(([value, of]) => ({
      value,
      events: of.reduce((sum, { rows }) => sum + rows.length, 0),
      people: new Set(of.map(({ person }) => person)).size,
      sessions: of.length,
    }))
    .toSorted((a, b) => b.people - a.people || b.events - a.events || (a.value < b.value ? -1 : 1))
}

describeStores('paths and sessions', (store) => {
  const cases = Array.from({ length: DATA_SETS }, (_, seed) => createCase(seed + 1))

  test('six hundred random data sets, some rolled up in part, give the paths, sessions and channels that the definition gives', async () => {
    for (let at = 0; at < cases.length; at += 100) await load(store, cases.slice(at, at + 100))
    for (let at = 0; at < cases.length; at += 50) await rollUp(store, cases.slice(at, at + 50))
    const channels = new Map(
      (
        await store.sql<{ referrer: string | null; channel: string }>(
          'select r as referrer, public.to_channel(r, null, null) as channel from unnest($1::text[]) as r',
          [REFERRERS],
        )
      ).map(({ referrer, channel }) => [referrer, channel]),
    )
    for (let at = 0; at < cases.length; at += 100) {
      const some = cases.slice(at, at + 100)
      const answers = await store.sql<{ paths: Paths; summary: ReturnType<typeof summarize>; channels: Channel[] }>(
        `select
           public.get_paths(
             project, "from", "to", nullif(c -> 'anchorStep', 'null'), c #>> '{question,direction}',
             (c #>> '{question,depth}')::integer, (c #>> '{question,branches}')::integer, c #>> '{question,by}', filter
           ) as paths,
           public.get_session_summary(project, "from", "to", filter) as summary,
           public.get_dimension_values(project, "from", "to", 'channel', filter) as channels
         from jsonb_array_elements($1::text::jsonb) with ordinality as given (c, position)
         cross join jsonb_to_record(c) as each (project integer, "from" bigint, "to" bigint, filter jsonb)
         order by position`,
        [JSON.stringify(some)],
      )
      for (const [index, each] of some.entries()) {
        const visits = toVisits(each.rows, each.from, each.to).filter((visit) => isKept(visit, each.filter))
        const { seed, from, to, filter, anchorStep, slices } = each
        const about = { seed, from, to, filter, anchorStep, slices, ...each.question }
        expect({ about, ...toComparable(answers[index]?.paths as Paths) }).toEqual({
          about,
          ...countPaths(visits, each.question),
        })
        expect({ about, ...answers[index]?.summary }).toEqual({ about, ...summarize(visits) })
        expect({ about, channels: answers[index]?.channels }).toEqual({
          about,
          channels: countChannels(visits, channels),
        })
      }
    }
  }, 240_000)

  test('lists the same sessions, the latest first, a page after the other', async () => {
    const each = cases.reduce((one, other) => (other.rows.length > one.rows.length ? other : one))
    const listed: { startMs: number; lengthMs: number; events: number }[] = []
    for (let after: unknown = null; ; ) {
      const page: { items: typeof listed; next: unknown } = await callReport(store, 'get_session_list', {
        p_project_id: each.project,
        p_from: START,
        p_to: END,
        p_after: after,
        p_limit: 2,
      })
      listed.push(...page.items)
      after = page.next
      if (after === null) break
    }
    const visits = toVisits(each.rows, START, END)
    expect(visits.length).toBeGreaterThan(4)
    const keyOf = ({ rows: [first] }: Visit) => `${first?.timestamp} ${toActor(first?.actor ?? '')} ${first?.id}`
    const expected = visits
      .toSorted((a, b) => (keyOf(a) < keyOf(b) ? 1 : -1))
      .map(({ rows }) => ({
        startMs: rows[0]?.timestamp,
        lengthMs: (rows.at(-1) as Seen).timestamp - (rows[0] as Seen).timestamp,
        events: rows.length,
      }))
    expect(listed.map(({ startMs, lengthMs, events }) => ({ startMs, lengthMs, events }))).toEqual(expected)
  })

  test('forgets the names of events and pages that no slice has any more', async () => {
    const project = nextProject()
    const row = (event: string, minutes: number) => ({
      project_id: project,
      who: 'ann',
      session_id: 's1',
      timestamp: START + minutes * MINUTE,
      event,
    })
    const build = (minutes: number) =>
      store.sql('select public.build_slice($1, $2, $3, null)', [
        project,
        START + minutes * MINUTE,
        START + (minutes + 60) * MINUTE,
      ])
    const readNames = async () =>
      (
        await store.sql<{ value: string }>(
          'select value from public.visit_symbols where project_id = $1 order by value',
          [project],
        )
      ).map(({ value }) => value)
    await insert(store, 'user_events', [row('told in error', 0), row('kept', 60)])
    await build(0)
    await build(60)
    expect(await readNames()).toEqual(['kept', 'told in error'])
    await store.sql("delete from public.user_events where project_id = $1 and event = 'told in error'", [project])
    await store.sql('delete from public.slices where project_id = $1 and start_ms = $2', [project, START])
    await build(0)
    expect(await readNames()).toEqual(['kept'])
  })
})
