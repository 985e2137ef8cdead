import { beforeAll, expect, test } from 'vitest'
import type { SegmentCondition, SegmentDefinition, SegmentLeaf } from '../../../lib/contracts/segment'
import type { Condition } from '../../../lib/contracts/step'
import { createRandom } from '../../lib/insights/reference/random'
import { type Deed, type Knowledge, listSegmentPeople } from '../../support/reference/segment'
import { describeStores, type TestStore } from '../../support/store'
import { append, call, createProject, NOON } from '../store-rows'
import { toActor } from './rows'

const DAY = 86_400_000
const DATA_SETS = 24
const DEFINITIONS_EACH = 25
/** Several spans end at a row exactly, to the millisecond. */
const AGES = [
  0,
  1,
  1_000,
  3_600_000 - 1,
  3_600_000,
  DAY - 1,
  DAY,
  7 * DAY - 1,
  7 * DAY,
  30 * DAY - 1,
  30 * DAY,
  90 * DAY,
]
const SPANS = [undefined, '1s', '1h', '1d', '7d', '30d', '1w', '0.5h']
const VALUES = ['pro', 'free', 3, '3', 2.5, true, null, ''] as const
/** Visitors are 64 bits of a hash, never the small numbers by which slices know people. */
const VISITOR = 4_000_000_000_000_000
const EVENTS = ['bought', 'seen', '$pageview']
const COUNTRIES = ['DE', 'AT', null]

function createChance(seed: number) {
  const random = createRandom(seed)
  return {
    random,
    pick: <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value,
    is: (probability: number) => random() < probability,
    upTo: (max: number) => Math.floor(random() * (max + 1)),
  }
}
type Chance = ReturnType<typeof createChance>

/** Rows as `append_events` takes them, and what they say of people. */
function createData(chance: Chance, name: string): { rows: Record<string, unknown>[]; knowledge: Knowledge } {
  const { pick, is, upTo } = chance
  const users = Array.from({ length: 1 + upTo(4) }, (_, index) => `${name}u${index}`)
  const browsers = Array.from({ length: 1 + upTo(5) }, (_, index) => `${name}b${index}`)
  const links = new Map(browsers.filter(() => is(0.4)).map((browser) => [browser, pick(users)]))
  const profiles = new Map<string, Record<string, unknown>>()
  const deeds: Deed[] = []
  const rows: Record<string, unknown>[] = []
  const toRow = (who: string, extra: Record<string, unknown>) => ({
    id: toActor(`${name}${rows.length}`),
    actor_id: toActor(who),
    ...(users.includes(who) && { user_id: toActor(who) }),
    ...extra,
  })
  for (const user of users.filter(() => is(0.7))) {
    const traits = Object.fromEntries(['plan', 'seats'].flatMap((key) => (is(0.6) ? [[key, pick(VALUES)]] : [])))
    rows.push(toRow(user, { type: 'identify', timestamp: NOON - 50 * DAY, ...(is(0.9) && { traits }) }))
    profiles.set(user, rows.at(-1)?.traits === undefined ? {} : traits)
  }
  for (const [browser, user] of links) {
    rows.push(toRow(user, { type: 'identify', timestamp: NOON - DAY, linked_actor_id: toActor(browser) }))
    profiles.set(user, profiles.get(user) ?? {})
  }
  for (let index = upTo(60); index > 0; index -= 1) {
    const who = pick([...users, ...browsers])
    const visitor = !users.includes(who) && is(0.3) ? VISITOR + upTo(2) : null
    const [isGpc, isBot] = [is(0.05), is(0.05)]
    const country = pick(COUNTRIES)
    const properties = Object.fromEntries(['plan', 'total'].flatMap((key) => (is(0.5) ? [[key, pick(VALUES)]] : [])))
    const deed = { timestamp: NOON - pick(AGES) + (is(0.05) ? 60_000 : 0), event: pick(EVENTS), properties }
    rows.push(
      toRow(who, {
        ...deed,
        type: 'event',
        visitor_id: visitor,
        country,
        ...(isGpc && { gpc: true }),
        ...(isBot && { bot_reasons: ['agent'] }),
      }),
    )
    if (users.includes(who) && !isGpc && !isBot) profiles.set(who, profiles.get(who) ?? {})
    if (isGpc || isBot) continue
    const person = links.get(who) ?? (visitor === null ? who : `visitor ${visitor}`)
    deeds.push({ ...deed, person, columns: { $country: country } })
  }
  return { rows, knowledge: { deeds, profiles } }
}

function createDefinition(chance: Chance): SegmentDefinition {
  const { pick, is, upTo } = chance
  const leaves = () => Array.from({ length: 1 + upTo(2) }, () => createLeaf(chance))
  const condition = (): SegmentCondition =>
    is(0.2) ? { kind: 'group', match: pick(['all', 'any'] as const), conditions: leaves() } : createLeaf(chance)
  return { match: pick(['all', 'any'] as const), conditions: Array.from({ length: 1 + upTo(3) }, condition) }
}

function createLeaf(chance: Chance): SegmentLeaf {
  const { pick, is, upTo } = chance
  const kind = pick(['trait', 'did', 'did', 'property'] as const)
  if (kind === 'trait') return { kind, key: pick(['plan', 'seats', 'nothing']), is: createCondition(chance) }
  const span = pick(SPANS)
  const timed = { ...(span !== undefined && { within: span }), ...(is(0.3) && { not: true }) }
  const key = () => pick(['plan', 'total', '$country'])
  if (kind === 'property') return { kind, key: key(), is: createCondition(chance), ...timed }
  const where = is(0.4) && { where: { [key()]: createCondition(chance) } }
  const counts = [{ gte: 1 + upTo(3) }, { lte: upTo(3) }, { eq: upTo(3) }]
  return { kind, event: { event: pick([...EVENTS, '*']), ...where }, ...(is(0.6) && { count: pick(counts) }), ...timed }
}

function createCondition({ pick }: Chance): Condition {
  const value = pick(VALUES)
  return pick<Condition>([
    value,
    value,
    'DE',
    { not: value },
    { not: 'DE' },
    { in: [value, 'AT', 3] },
    { contains: pick(['r', 'D']) },
    { exists: pick([true, false]) },
    { gt: 2.5 },
    { gte: 3 },
    { lt: 3 },
    { lte: 2.5 },
  ])
}

describeStores('segments of random people', (store) => {
  const sets: { projectId: number; knowledge: Knowledge; chance: Chance }[] = []

  beforeAll(async () => {
    const late: (() => Promise<unknown>)[] = []
    for (let index = 0; index < DATA_SETS; index += 1) {
      const chance = createChance(index + 1)
      const { rows, knowledge } = createData(chance, `s${index}`)
      const projectId = await createProject(store, `segments-${index}`)
      sets.push({ projectId, knowledge, chance })
      // The first half is rolled up, and gets some rows and people more afterwards; the other half is raw rows alone.
      const count = index < DATA_SETS / 2 ? Math.ceil(rows.length * 0.85) : rows.length
      await append(store, 'append_events', rows.slice(0, count), projectId)
      if (count < rows.length) late.push(() => append(store, 'append_events', rows.slice(count), projectId))
      if (index === DATA_SETS / 2 - 1) await rollUp(store)
    }
    for (const appendLate of late) await appendLate()
  }, 60_000)

  test(`are those of the reference, ${DATA_SETS * DEFINITIONS_EACH} definitions at several instants`, async () => {
    let found = 0
    for (const { projectId, knowledge, chance } of sets) {
      const names = await readNames(store, knowledge)
      for (let round = 0; round < DEFINITIONS_EACH; round += 1) {
        const definition = createDefinition(chance)
        const now = NOON - chance.pick([0, 0, 1, DAY, -DAY])
        const answer = await call<{ people: { person_id: string }[]; total: number }>(store, 'get_segment_people', {
          p_project_id: projectId,
          p_segment: definition,
          p_now: now,
        })
        const people = answer.people.map(({ person_id }) => names.get(person_id) ?? person_id)
        const expected = listSegmentPeople(definition, knowledge, now)
        expect([JSON.stringify(definition), people.sort()]).toEqual([JSON.stringify(definition), [...expected].sort()])
        expect(answer.total).toBe(expected.size)
        found += expected.size
      }
    }
    // Neither everything nor nothing, or the comparison would say little.
    expect(found).toBeGreaterThan(DATA_SETS * DEFINITIONS_EACH)
  }, 60_000)

  test('narrow hits and totals to the rows of their people', async () => {
    for (const { projectId, knowledge, chance } of sets) {
      const definition = createDefinition(chance)
      const filters = { segment: definition, now: NOON, ...(chance.is(0.3) && { country: 'DE' }) }
      const [from, to] = [NOON - chance.pick([DAY, 30 * DAY, 100 * DAY]), NOON + chance.pick([1, -DAY])]
      const people = listSegmentPeople(definition, knowledge, NOON)
      const rows = knowledge.deeds.filter(
        ({ person, timestamp, columns }) =>
          people.has(person) &&
          timestamp >= from &&
          timestamp < to &&
          (!('country' in filters) || columns.$country === 'DE'),
      )
      const args = { p_project_id: projectId, p_from: from, p_to: to, p_filters: filters }
      const steps = [{ event: '*' }, { event: 'bought' }]
      const hits = await call<string>(store, 'build_step_hits', { ...args, p_steps: steps })
      const [counted] = await store.sql(
        `select count(*)::int as rows, count(distinct hit.person)::int as people, count(*) filter (where hit.mask = 3)::int as bought
         from (${hits}) as hit`,
      )
      const expected = { rows: rows.length, people: new Set(rows.map(({ person }) => person)).size }
      const bought = rows.filter(({ event }) => event === 'bought').length
      expect([JSON.stringify(filters), counted]).toEqual([JSON.stringify(filters), { ...expected, bought }])
      const [totals] = await call<{ events: number; people: number }[]>(store, 'get_event_totals', args)
      expect([JSON.stringify(filters), totals?.events, totals?.people]).toEqual([
        JSON.stringify(filters),
        expected.rows,
        expected.people,
      ])
    }
  }, 60_000)
})

/** Rolls up all that waits. */
async function rollUp(store: TestStore): Promise<void> {
  await call(store, 'fold_event_counts', { p_limit: 1_000_000 })
  while ((await call<number>(store, 'roll_up_slices', { p_quiet_ms: 0, p_now: NOON + 2 * DAY })) > 0);
  const [row] = await store.sql<{ count: number }>('select count(*)::int as count from public.slices')
  expect(row?.count).toBeGreaterThan(DATA_SETS / 2)
}

/** From the store's numbers to the names that the reference has for people. */
async function readNames(store: TestStore, { deeds, profiles }: Knowledge): Promise<Map<string, string>> {
  const people = [...new Set([...deeds.map(({ person }) => person), ...profiles.keys()])]
  const rows = await store.sql<{ person_id: string; number: string }>(
    'select a.actor_id::text as person_id, uuid_hash_extended(a.actor_id, 0)::text as number from unnest($1::uuid[]) as a (actor_id)',
    [people.filter((person) => !person.startsWith('visitor')).map(toActor)],
  )
  const byActor = new Map(people.map((person) => [toActor(person), person]))
  return new Map([
    ...people.filter((person) => person.startsWith('visitor')).map((person) => [person.slice(8), person] as const),
    ...rows.map(({ person_id, number }) => [number, byActor.get(person_id) ?? ''] as const),
  ])
}
