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
type Filter = Partial<Record<'route' | 'device', string>>
type Case = { seed: number; project: number; rows: Seen[]; filter: Filter; question: PathQuestion; anchorStep: unknown }

const DATA_SETS = 1_000
const EVENTS = ['$pageview', '$pageview', '$pageview', 'click', 'buy']
const ROUTES = ['/', '/a', '/b', '/c', null]

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
      device: pick(['mobile', 'desktop', null]),
      isBot: random() < 0.05,
    }
  })
  const anchor = pick<[PathQuestion['anchor'], unknown]>([
    [null, null],
    [null, null],
    [(row) => row.event === 'click', { event: 'click' }],
    [(row) => row.event === '$pageview' && row.route === '/a', { event: '$pageview', where: { $route: '/a' } }],
    [() => true, { event: '*' }],
    [(row) => row.route !== null && row.route !== '/', { event: '*', where: { $route: { in: ['/a', '/b', '/c'] } } }],
  ])
  return {
    seed,
    project: nextProject(),
    rows,
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

describeStores('paths and sessions', (store) => {
  const cases = Array.from({ length: DATA_SETS }, (_, seed) => createCase(seed + 1))

  test('a thousand random data sets give the paths and the sessions that the definition gives', async () => {
    for (let at = 0; at < cases.length; at += 100) await load(store, cases.slice(at, at + 100))
    for (let at = 0; at < cases.length; at += 100) {
      const some = cases.slice(at, at + 100)
      const answers = await store.sql<{ paths: Paths; summary: ReturnType<typeof summarize> }>(
        `select
           public.get_paths(
             (c ->> 'project')::integer, $2, $3, nullif(c -> 'anchorStep', 'null'), c #>> '{question,direction}',
             (c #>> '{question,depth}')::integer, (c #>> '{question,branches}')::integer, c #>> '{question,by}', c -> 'filter'
           ) as paths,
           public.get_session_summary((c ->> 'project')::integer, $2, $3, c -> 'filter') as summary
         from jsonb_array_elements($1::text::jsonb) with ordinality as given (c, position)
         order by position`,
        [JSON.stringify(some), START, END],
      )
      for (const [index, each] of some.entries()) {
        const visits = toVisits(each.rows, START, END).filter((visit) => isKept(visit, each.filter))
        const about = { seed: each.seed, ...each.question, filter: each.filter, anchor: each.anchorStep }
        expect({ about, ...toComparable(answers[index]?.paths as Paths) }).toEqual({
          about,
          ...countPaths(visits, each.question),
        })
        expect({ about, ...answers[index]?.summary }).toEqual({ about, ...summarize(visits) })
      }
    }
  }, 120_000)

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
})
