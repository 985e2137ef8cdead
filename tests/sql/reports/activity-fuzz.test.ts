import { expect, test } from 'vitest'
import { walkBounds } from '../../lib/insights/reference/calendar'
import {
  countActives,
  countDaysActive,
  countLifecycle,
  listActiveDays,
  listPeople,
  toFeature,
  toUsage,
} from '../../support/reference/activity'
import {
  createChance,
  createHistory,
  type History,
  ODD_ZONES,
  type PersonHit,
  rollUp,
  storeHistories,
  toPersonHits,
} from '../../support/reference/history'
import { describeStores, type TestStore } from '../../support/store'
import { callReport, nextProject, toActor } from './rows'

const DAY = 86_400_000
const ROUNDS = 1_000
/** One history in so many is answered from slices. */
const ROLLED_UP_EVERY = 50
const CROWDS = 10
/** So many of them on one day are a bit string, not a list of numbers. */
const CROWD = 90
const HOUR = 3_600_000
const LENGTHS = { day: 8 * DAY, week: 30 * DAY, month: 70 * DAY } as const
const USES_CLASSES = [1, 2, 4]
const FIRST_USE_CLASSES = [0, DAY, 5 * DAY]

const FILTERS = [
  { filters: {}, passes: () => true },
  { filters: {}, passes: () => true },
  { filters: { country: 'DE' }, passes: (hit: PersonHit) => hit.country === 'DE' },
] as const

function createRound(chance: ReturnType<typeof createChance>, projectId: number, peopleCount?: number) {
  const { pick, is, random } = chance
  const [timezone, anchor] = pick(ODD_ZONES)
  const interval = pick(['day', 'week', 'month'] as const)
  const fromMs = anchor + Math.floor(random() * 3 * DAY)
  const toMs = fromMs + 1 + Math.floor(random() * LENGTHS[interval])
  return {
    projectId,
    history: createHistory(chance, projectId, fromMs, LENGTHS[interval], peopleCount),
    filter: pick(FILTERS),
    interval,
    period: pick(['week', 'month'] as const),
    timezone,
    weekStart: pick(['monday', 'sunday'] as const),
    fromMs,
    toMs,
    untilMs: is(0.5) ? toMs + 400 * DAY : fromMs + 1 + Math.floor(random() * LENGTHS[interval]),
    activeDays: 1 + Math.floor(random() * 20),
    silentDays: 1 + Math.floor(random() * 10),
  }
}
type Round = ReturnType<typeof createRound>

const toArgs = (round: Round) => ({
  p_project_id: round.projectId,
  p_filters: round.filter.filters,
  p_timezone: round.timezone,
})
const toRangeArgs = (round: Round) => ({ ...toArgs(round), p_from: round.fromMs, p_to: round.toMs })
const toCalendarArgs = (round: Round) => ({
  ...toRangeArgs(round),
  p_until: round.untilMs,
  p_week_start: round.weekStart,
})
const walk = (round: Round, bucket: 'day' | 'week' | 'month', fromMs = round.fromMs, toMs = round.toMs) =>
  walkBounds(fromMs, toMs, bucket, round.timezone, round.weekStart)

async function compareActives(store: TestStore, round: Round, hits: readonly PersonHit[]) {
  const { interval, untilMs } = round
  const bounds = walk(round, interval)
  const begun = bounds.filter((bound) => bound < untilMs).length
  const days = interval === 'day' ? walk(round, 'day', round.fromMs - 35 * DAY) : null
  const end = Math.min(bounds.at(-1) as number, untilMs)
  expect(await callReport<object>(store, 'get_actives', { ...toCalendarArgs(round), p_interval: interval })).toEqual({
    bounds: begun === 0 ? [] : bounds.slice(0, begun + 1),
    people: listPeople(hits, bounds[0] as number, end).size,
    series: countActives(hits, bounds, untilMs, days),
  })
}

async function compareLifecycle(store: TestStore, round: Round, hits: readonly PersonHit[]) {
  const { interval, untilMs } = round
  const bounds = walk(round, interval)
  const before = walk(round, interval, (bounds[0] as number) - 1, bounds[0] as number)[0] as number
  const lifecycle = await callReport<{ series: unknown }>(store, 'get_lifecycle', {
    ...toCalendarArgs(round),
    p_interval: interval,
  })
  expect(lifecycle.series).toEqual(countLifecycle(hits, bounds, untilMs, before))
}

async function compareStickiness(store: TestStore, round: Round, hits: readonly PersonHit[]) {
  const { period, untilMs } = round
  const periods = walk(round, period)
  const days = walk(round, 'day', periods[0], periods.at(-1))
  const stickiness = await callReport<{ periods: { days: number; people: number[] }[] }>(store, 'get_stickiness', {
    ...toCalendarArgs(round),
    p_period: period,
  })
  expect(stickiness.periods.map(({ people }) => people)).toEqual(countDaysActive(hits, periods, days, untilMs))
}

const CALENDAR = [compareActives, compareLifecycle, compareStickiness]

async function compareFeatures(store: TestStore, round: Round, hits: readonly PersonHit[]) {
  const { fromMs, toMs } = round
  const days = walk(round, 'day')
  const rank = <Feature extends { value: unknown; people: number }>(
    features: readonly Feature[],
    toText: (value: unknown) => string,
  ) =>
    features
      .filter(({ people }) => people > 0)
      .toSorted((a, b) => b.people - a.people || (toText(a.value) < toText(b.value) ? -1 : 1))
  const activePeople = listPeople(hits, fromMs, toMs).size
  const events = await callReport<object>(store, 'get_features', toRangeArgs(round))
  expect(events).toEqual({
    days: days.slice(0, -1),
    activePeople,
    omitted: 0,
    features: rank(
      ['a', 'b', 'c'].map((value) => ({
        value,
        ...toFeature(
          hits.filter(({ event }) => event === value),
          fromMs,
          toMs,
          days,
        ),
      })),
      String,
    ),
  })

  const kindOf = (hit: PersonHit) => (hit.properties?.kind ?? null) as string | number | boolean | null
  const ofEvent = hits.filter(({ event }) => event === 'a')
  const values = await callReport<object>(store, 'get_feature_values', {
    ...toRangeArgs(round),
    p_filters: { ...round.filter.filters, event: 'a' },
    p_property: 'kind',
  })
  expect(values).toEqual({
    days: days.slice(0, -1),
    activePeople,
    omitted: 0,
    features: rank(
      [...new Set(ofEvent.map(kindOf))].map((value) => ({
        value,
        ...toFeature(
          ofEvent.filter((hit) => kindOf(hit) === value),
          fromMs,
          toMs,
          days,
        ),
      })),
      (value) => JSON.stringify(value),
    ),
  })

  for (const [property, isUse] of [
    [null, ({ event }: PersonHit) => event === 'a'],
    ['kind', (hit: PersonHit) => hit.event === 'a' && kindOf(hit) === 'x'],
  ] as const) {
    const usage = await callReport<object>(store, 'get_feature_usage', {
      ...toRangeArgs(round),
      p_event: 'a',
      p_property: property,
      p_value: property && 'x',
      p_uses_classes: USES_CLASSES,
      p_first_use_classes: FIRST_USE_CLASSES,
    })
    expect(usage).toEqual(toUsage(hits, isUse, { fromMs, toMs, days }, USES_CLASSES, FIRST_USE_CLASSES))
  }
}

type SilentRow = { personId: string; lastSeen: number; silentDays: number; activeDays: number; averageGapDays?: number }
type Silence = { total: number; people: SilentRow[] }

async function compareSilence(
  store: TestStore,
  round: Round,
  hits: readonly PersonHit[],
  ids: ReadonlyMap<string, string>,
) {
  const { activeDays, silentDays, toMs } = round
  const lastDays = (count: number) => {
    const days = walk(round, 'day', toMs - (count + 3) * 25 * 3_600_000, toMs)
    return days.slice(-count - 1)
  }
  const idOf = (person: string) => ids.get(person) ?? person.replace('visitor ', '')
  const byId = (a: { person: string }, b: { person: string }) =>
    BigInt(idOf(a.person)) < BigInt(idOf(b.person)) ? -1 : 1
  const args = {
    ...toArgs(round),
    p_until: toMs,
    p_active_days: activeDays,
    p_silent_days: silentDays,
    p_limit: 4,
  }
  const all = lastDays(activeDays + silentDays)
  const toRow = (days: readonly number[], one: { person: string; days: number; last: number }) => ({
    personId: idOf(one.person),
    externalId: null,
    lastSeen: days[one.last - 1],
    silentDays: days.length - 1 - one.last,
    activeDays: one.days,
  })
  const gone = listActiveDays(hits, all, toMs)
    .filter(({ last, days }) => last <= activeDays && days >= 2)
    .toSorted((a, b) => b.last - a.last || b.days - a.days || byId(a, b))
  expect(await callReport<Silence>(store, 'get_churned', { ...args, p_at_least: 2 })).toEqual({
    total: gone.length,
    people: gone.slice(0, 4).map((one) => toRow(all, one)),
  })
  const recent = lastDays(activeDays)
  const slipping = listActiveDays(hits, recent, toMs)
    .filter(({ days, first, last }) => {
      const silence = activeDays - last
      return days >= 3 && silence < silentDays && Math.exp((-silence * (days - 1)) / (last - first)) < 0.05
    })
    .toSorted((a, b) => b.days - a.days || a.last - b.last || byId(a, b))
  expect(await callReport<Silence>(store, 'get_at_risk', args)).toEqual({
    total: slipping.length,
    people: slipping.slice(0, 4).map((one) => ({
      ...toRow(recent, one),
      averageGapDays: Math.round(((one.last - one.first) / (one.days - 1)) * 1e6) / 1e6,
    })),
  })
  return gone.length + slipping.length
}

/** The person_ids of the names that histories use. */
async function readIds(store: TestStore): Promise<ReadonlyMap<string, string>> {
  const names = Array.from({ length: CROWD }, (_, index) => `p${index}`)
  const ids = await store.sql<{ name: string; id: string }>(
    'select name, uuid_hash_extended(actor::uuid, 0)::text as id from unnest($1::text[], $2::text[]) as t (name, actor)',
    [names, names.map(toActor)],
  )
  return new Map(ids.map(({ name, id }) => [name, id]))
}

/**
 * Stores a history so that all kinds of sources answer together: most of it rolled up, the days before `fromMs` joined to a
 * span, some rows and people that came later, and hours marked for nothing.
 */
async function storeCrowd(
  store: TestStore,
  { projectId, fromMs, history }: Round,
  chance: ReturnType<typeof createChance>,
) {
  const isLate = new Set(history.hits.filter(({ who }) => who === 'p3' || chance.is(0.04)))
  const early: History = { ...history, hits: history.hits.filter((hit) => !isLate.has(hit)) }
  await storeHistories(store, [early])
  await rollUp(store, [early])
  await store.sql(
    `select public.join_span($1::integer, '[4,30)', array(
       select id from public.slices where project_id = $1 and timezone is not null and end_ms <= $2::bigint order by start_ms
     ))`,
    [projectId, fromMs],
  )
  await storeHistories(store, [{ projectId, hits: [...isLate], links: new Map() }])
  const marked = [...isLate, ...history.hits.filter(() => chance.is(0.02))].map(({ timestamp }) => timestamp)
  await store.sql(
    `insert into public.slice_marks (project_id, from_ms, to_ms)
     select $1::integer, hour, hour + ${HOUR} from unnest($2::bigint[]) as t (ms) cross join lateral (select ms - ms % ${HOUR} as hour) as h`,
    [projectId, marked],
  )
}

describeStores('activity against a count by hand', (store) => {
  test(`agrees on ${CROWDS} crowds that are partly rolled up, joined, marked and late`, async () => {
    const chance = createChance(20261125)
    const ids = await readIds(store)
    let silent = 0
    for (let index = 0; index < CROWDS; index += 1) {
      const round = createRound(chance, nextProject(), CROWD)
      await storeCrowd(store, round, chance)
      const hits = toPersonHits(round.history).filter(round.filter.passes)
      for (const compare of CALENDAR) await compare(store, round, hits)
      await compareFeatures(store, round, hits)
      silent += await compareSilence(store, round, hits, ids)
    }
    const [sets] = await store.sql<{ count: number }>(
      'select count(*)::int as count from public.slice_people where people is not null',
    )
    expect(sets?.count).toBeGreaterThan(CROWDS)
    expect(silent).toBeGreaterThan(CROWDS)
  }, 600_000)

  test(`agrees on ${ROUNDS} random data sets: actives, stickiness, lifecycle, features, churn`, async () => {
    const chance = createChance(20261124)
    const rounds = Array.from({ length: ROUNDS }, () => createRound(chance, nextProject()))
    await storeHistories(
      store,
      rounds.map(({ history }) => history),
    )
    const rolledUp = rounds.filter((_, index) => index % ROLLED_UP_EVERY === 0)
    await rollUp(
      store,
      rolledUp.map(({ history }) => history),
    )
    const ids = await readIds(store)
    let silent = 0
    for (const [index, round] of rounds.entries()) {
      const hits = toPersonHits(round.history).filter(round.filter.passes)
      try {
        await CALENDAR[index % CALENDAR.length]?.(store, round, hits)
        if (index % 5 === 0) await compareFeatures(store, round, hits)
        if (index % 5 === 1) silent += await compareSilence(store, round, hits, ids)
      } catch (error) {
        const { history: _, ...question } = round
        throw new Error(`round ${index}: ${JSON.stringify(question)}`, { cause: error })
      }
    }
    // A fuzz in which nobody ever left would prove nothing about leaving.
    expect(silent).toBeGreaterThan(ROUNDS / 40)
  }, 600_000)
})
