import { beforeAll, describe, expect, test } from 'vitest'
import { createRandom } from '../../lib/insights/reference/random'
import {
  type Attempt,
  type Definition,
  type Event,
  type Exclusion,
  followFunnel,
  type Outcome,
  type Step,
  toBest,
} from '../../support/reference/funnel'
import { rollUp } from '../../support/reference/history'
import { median } from '../../support/reference/median'
import { describeStores, type TestStore } from '../../support/store'
import { callReport, insert, nextProject, toActor } from './rows'

/** Data sets of each order. */
const SETS = 350
const MINUTE = 60_000
/** A machine that does much else besides is no reason to fail. */
const TIMEOUT_MS = 5 * MINUTE
const HOUR = 60 * MINUTE
/** Two hours before midnight, so that what happens lies in two days. */
const START = Date.UTC(2026, 4, 1, 22)
/** From the beginning of a day or within it, to its end or within it. */
const RANGES = [
  [START, START + 10 * HOUR],
  [START - 22 * HOUR, START + 26 * HOUR],
  [START - 22 * HOUR, START + 10 * HOUR],
  [START, START + 26 * HOUR],
] as const
const BOUNDS = [10 * MINUTE, HOUR, 3 * HOUR]

type DataSet = {
  project: number
  events: Event[]
  isBot: boolean[]
  definition: Definition
  range: readonly [fromMs: number, toMs: number]
}
type Times = { medianMs: number; averageMs: number; histogram: Record<string, number> }
type Group = { value: unknown; people: number[]; excluded: number; times: Record<string, Times> }
type Report = { groups: Group[]; leftOut: number }

const random = createRandom(20261121)
const pick = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value
const below = (count: number) => Math.floor(random() * count)
const PATTERNS = ['AB', 'ABC', 'AA', 'ABA', '***', 'A*B', 'AAB', '*A', 'ABAB', 'A', 'BCA', '*AA', 'ABCD']

function createDefinition(order: Definition['order']): Definition {
  const steps: Step[] = [...pick(PATTERNS)].map((event) => ({
    event,
    ...(random() < 0.2 && { where: random() < 0.5 ? { plan: 'pro' } : { plan: { not: 'pro' } } }),
  }))
  const exclusions: Exclusion[] = []
  while (steps.length > 1 && random() < 0.3 && exclusions.length < 3) {
    const fromStep = order === 'unordered' ? 1 : 1 + below(steps.length - 1)
    const toStep = order === 'unordered' ? steps.length : fromStep + 1 + below(steps.length - fromStep)
    exclusions.push({ event: pick(['x', 'x', 'A', '*']), fromStep, toStep })
  }
  return {
    order,
    windowMs: pick([20 * MINUTE, HOUR, 3 * HOUR, 100 * HOUR]),
    unit: random() < 0.3 ? 'session' : 'person',
    steps,
    exclusions,
    breakdown: random() < 0.3 ? 'plan' : null,
  }
}

/** People with up to three devices of which some are linked to them, and who are somebody else where they are not. */
function createDataSet(order: Definition['order']): DataSet {
  const step = pick([10 * MINUTE, 20 * MINUTE])
  const events = Array.from({ length: 1 + below(3) }, (_, who) =>
    Array.from({ length: 1 + below(7) }, (): Event => {
      const device = below(3)
      return {
        person: device === 2 ? `p${who}d2` : `p${who}`,
        actor: device === 0 ? `p${who}` : `p${who}d${device}`,
        session: pick(['', 's1', 's1', 's2']),
        timestamp: START + below(9) * step,
        id: `${below(2 ** 30)
          .toString(16)
          .padStart(8, '0')}-0000-4000-8000-${below(2 ** 30)
          .toString(16)
          .padStart(12, '0')}`,
        event: pick(['A', 'A', 'B', 'B', 'C', 'D', 'x']),
        properties: pick([{}, { plan: 'pro' }, { plan: 'free' }, { plan: 'pro', other: 1 }]),
      }
    }),
  ).flat()
  return {
    project: nextProject(),
    events,
    isBot: events.map(() => random() < 0.05),
    definition: createDefinition(order),
    range: pick(RANGES),
  }
}

const ORDERS = ['ordered', 'strict', 'unordered'] as const
const dataSets = Object.fromEntries(
  ORDERS.map((order) => [order, Array.from({ length: SETS }, () => createDataSet(order))]),
) as Record<Definition['order'], DataSet[]>

const counted = ({ events, isBot }: DataSet) => events.filter((_, index) => !isBot[index])
const describeSet = ({ definition, events, isBot }: DataSet) => JSON.stringify({ definition, events, isBot })
const toArgs = ({ project, definition, range }: DataSet) => ({
  p_project_id: project,
  p_from: range[0],
  p_to: range[1],
  p_definition: definition,
})

/** The answer of `call`, a function of project p, definition d and range lo and hi, for each data set; many in one statement, because the way there takes longer. */
async function askAll<Answer>(store: TestStore, call: string, sets: readonly DataSet[]): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let at = 0; at < sets.length; at += 50) {
    const asked = sets.slice(at, at + 50).map(({ project, definition, range }) => ({ project, definition, range }))
    const rows = await store.sql<{ answer: Answer }>(
      `select ${call} as answer
       from jsonb_array_elements($1::text::jsonb) with ordinality as s (asked, place)
       cross join lateral (
         select
           (asked ->> 'project')::integer as p, asked -> 'definition' as d,
           (asked -> 'range' ->> 0)::bigint as lo, (asked -> 'range' ->> 1)::bigint as hi
       ) as x
       order by place`,
      [JSON.stringify(asked)],
    )
    answers.push(...rows.map(({ answer }) => answer))
  }
  return answers
}

/** What the answer must be, by value, in no order. */
function toGroups(outcomes: readonly Outcome[], { steps }: Definition): Group[] {
  const entered = outcomes.filter(({ path }) => path !== null)
  const values = [...new Set(entered.map(({ value }) => value))]
  return values.map((value) => {
    const paths = entered.filter((outcome) => outcome.value === value).map(({ path }) => path as Attempt)
    const clean = paths.filter(({ isTainted }) => !isTainted)
    const gaps = (step: number) =>
      clean.flatMap(({ times }) => {
        const [from, to] = step === 0 ? [times[0], times[steps.length - 1]] : [times[step - 2], times[step - 1]]
        return from === undefined || to === undefined ? [] : [to - from]
      })
    const times: [string, Times][] = steps.flatMap((_, index) => {
      const ms = gaps(index === 0 ? 0 : index + 1)
      return ms.length === 0 || steps.length === 1 ? [] : [[String(index === 0 ? 0 : index + 1), toTimes(ms)]]
    })
    return {
      value,
      people: steps.map((_, index) => clean.filter((path) => path.times.length > index).length),
      excluded: paths.length - clean.length,
      times: Object.fromEntries(times),
    }
  })
}

function toTimes(ms: readonly number[]): Times {
  const histogram: Record<string, number> = {}
  for (const each of ms) {
    const bucket = BOUNDS.filter((bound) => bound <= each).length
    histogram[bucket] = (histogram[bucket] ?? 0) + 1
  }
  return { medianMs: median(ms) as number, averageMs: ms.reduce((sum, each) => sum + each, 0) / ms.length, histogram }
}

const sort = (groups: Group[]) =>
  groups
    .map((group) => ({
      ...group,
      times: Object.fromEntries(
        Object.entries(group.times).map(([step, times]) => [
          step,
          { ...times, averageMs: Math.round(times.averageMs) },
        ]),
      ),
    }))
    .toSorted((one, other) => (JSON.stringify(one.value) < JSON.stringify(other.value) ? -1 : 1))

describeStores('funnels on random data sets with ties, repeats, several devices, sessions and exclusions', (store) => {
  beforeAll(async () => {
    const sets = Object.values(dataSets).flat()
    // Of every other set most rows are rolled up; those that come late, and the hours that they spoil, are read as they are.
    const rolled = sets.filter((_, index) => index % 2 === 0)
    const rows = sets.flatMap(({ project, events, isBot }) =>
      events.map(({ actor, session, person: _, ...event }, index) => ({
        ...event,
        who: actor,
        project_id: project,
        session_id: session || null,
        ...(isBot[index] && { bot_reasons: ['agent'] }),
      })),
    )
    const [late, punctual] = [0, 1].map((wanted) => rows.filter((_, index) => Math.min(index % 25, 1) === wanted))
    const insertAll = async (all: typeof rows) => {
      for (let at = 0; at < all.length; at += 5_000) await insert(store, 'user_events', all.slice(at, at + 5_000))
    }
    await insertAll(punctual as typeof rows)
    const links = sets.flatMap(({ project, events }) =>
      [...new Set(events.filter(({ actor, person }) => actor !== person).map(({ actor }) => actor))].map((actor) => ({
        project_id: project,
        who: actor,
        person_id: toActor(actor.slice(0, 2)),
      })),
    )
    await insert(store, 'actor_person', links)
    await rollUp(
      store,
      rolled.map(({ project }) => ({ projectId: project })),
    )
    await insertAll(late as typeof rows)
    await store.sql(
      `insert into public.slice_marks (project_id, from_ms, to_ms)
       select distinct r.project_id, r.timestamp - r.timestamp % ${HOUR}, r.timestamp - r.timestamp % ${HOUR} + ${HOUR}
       from jsonb_to_recordset($1::text::jsonb) as r (project_id integer, timestamp bigint)`,
      [JSON.stringify(late)],
    )
  }, TIMEOUT_MS)

  test('part of the sets are answered from slices, whole ones and parts, and part from raw rows', async () => {
    const plans = await askAll<{ wholes: number[]; parts: number[] }>(
      store,
      'to_jsonb(public.get_slice_plan(p, lo, hi, array[lo, hi]))',
      dataSets.ordered,
    )
    const kinds = plans.map(({ wholes, parts }) => `${wholes.length > 0} ${parts.length > 0}`)
    expect(new Set(kinds)).toEqual(new Set(['true true', 'true false', 'false true', 'false false']))
  })

  describe.each(ORDERS)('%s', (order) => {
    test(
      'people, excluded ones, breakdowns and times are those of the reference',
      async () => {
        const call = `public.get_funnel_report(p, lo, hi, d, '{${BOUNDS.join()}}')`
        const reports = await askAll<Report>(store, call, dataSets[order])
        for (const [index, set] of dataSets[order].entries()) {
          const report = reports[index] as Report
          const expected = toGroups(followFunnel(counted(set), set.definition), set.definition)
          expect(sort(report.groups), describeSet(set)).toEqual(sort(expected))
          expect(report.leftOut).toBe(0)
        }
      },
      TIMEOUT_MS,
    )

    test(
      'a trend counts each in every interval in which they began, by the best of its attempts',
      async () => {
        const sets = dataSets[order].filter((_, index) => index % 7 === 0)
        const call = `public.get_funnel_trend(p, lo, hi, d, 'hour', 'UTC')`
        const trends = await askAll<{ start: number; end: number; people: number[] }[]>(store, call, sets)
        for (const [index, set] of sets.entries()) {
          const points = trends[index] ?? []
          const outcomes = followFunnel(counted(set), set.definition)
          for (const { start, end, people } of points) {
            const paths = outcomes.flatMap(({ attempts }) => {
              const begun = attempts.filter(({ times: [first = 0] }) => first >= start && first < end)
              return toBest(begun) ?? []
            })
            const clean = paths.filter(({ isTainted }) => !isTainted)
            const expected = set.definition.steps.map((_, k) => clean.filter(({ times }) => times.length > k).length)
            expect(people, describeSet(set)).toEqual(expected)
          }
        }
      },
      TIMEOUT_MS,
    )

    test(
      'the lists of people hold those who are counted, page by page, nobody twice',
      async () => {
        for (const set of dataSets[order].filter(({ definition }, i) => i % 14 === 0 && definition.unit === 'person')) {
          const paths = followFunnel(counted(set), set.definition).flatMap(({ path }) => path ?? [])
          const clean = paths.filter(({ isTainted }) => !isTainted)
          const expected = {
            converted: clean.filter(({ times }) => times.length >= 2).length,
            dropped: clean.filter(({ times }) => times.length === 1).length,
            excluded: paths.length - clean.length,
          }
          for (const [outcome, count] of Object.entries(expected)) {
            const seen: string[] = []
            type Row = { person_id: string; start: number }
            let last: Row | undefined
            do {
              const page: Row[] = await callReport<Row[]>(store, 'get_funnel_people', {
                ...toArgs(set),
                p_step: 2,
                p_outcome: outcome,
                p_limit: 2,
                ...(last && { p_after_start: last.start, p_after_person: last.person_id }),
              })
              seen.push(...page.map((row) => row.person_id))
              last = page.at(-1)
            } while (last)
            expect([outcome, new Set(seen).size, seen.length], describeSet(set)).toEqual([outcome, count, count])
          }
        }
      },
      TIMEOUT_MS,
    )
  })
})
