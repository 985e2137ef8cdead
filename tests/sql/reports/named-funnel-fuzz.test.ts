import { expect, test } from 'vitest'
import { followFunnel } from '../../support/reference/funnel'
import { createChance, rollUp } from '../../support/reference/history'
import { median } from '../../support/reference/median'
import { describeStores, type TestStore } from '../../support/store'
import { createProject } from '../store-rows'
import { callReport, insert } from './rows'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.UTC(2026, 2, 2)
const ROUNDS = 120
/** One in so many is answered from slices. */
const ROLLED_UP_EVERY = 3
const STEPS = ['a', 'b', 'c', 'd']

type Conversion = {
  who: string
  funnel: string
  step: string
  timestamp: number
  gpc: boolean
  bot_reasons: string[] | null
}
type Reached = { funnel: string; step_index: number; step: string; people: number }

function createRound(chance: ReturnType<typeof createChance>, projectId: number) {
  const { pick, is, upTo } = chance
  const stepCount = 1 + upTo(STEPS.length - 1)
  const create = (): Conversion => ({
    who: `person ${upTo(3)}`,
    funnel: pick(['first', 'first', 'second']),
    step: STEPS[upTo(stepCount - 1)] as string,
    // Few instants, so that there are ties and repeats.
    timestamp: START + upTo(pick([3, 20])) * 6 * HOUR,
    gpc: is(0.05),
    bot_reasons: is(0.05) ? ['agent'] : null,
  })
  return {
    projectId,
    rows: Array.from({ length: upTo(60) }, create),
    late: Array.from({ length: upTo(4) }, create),
    saved: is(0.3) ? { second: ['c', 'never', 'a'], unheard: ['x'] } : {},
    fromMs: START + upTo(2) * 5 * HOUR,
    toMs: START + 2 * DAY + upTo(8) * 9 * HOUR,
    windowMs: pick([5 * HOUR, 6 * HOUR, DAY, 14 * DAY]),
  }
}
type Round = ReturnType<typeof createRound>

/** The steps of a funnel in the order in which people first do them, as the definition of named funnels says. */
function toOrder(rows: readonly Conversion[]): string[] {
  const firsts = new Map<string, Map<string, number>>()
  for (const { who, step, timestamp } of rows) {
    const mine = firsts.get(who) ?? new Map<string, number>()
    firsts.set(who, mine.set(step, Math.min(timestamp, mine.get(step) ?? Number.POSITIVE_INFINITY)))
  }
  const rank = (step: string) => {
    const who = [...firsts.values()].filter((mine) => mine.has(step))
    const time = (mine: Map<string, number>) => mine.get(step) as number
    const several = who.filter((mine) => mine.size > 1)
    return {
      step,
      offset: median(several.map((mine) => time(mine) - Math.min(...mine.values()))) ?? Number.POSITIVE_INFINITY,
      first: median(who.map(time)) as number,
    }
  }
  return [...new Set(rows.map(({ step }) => step))]
    .map(rank)
    .toSorted(
      (one, other) => compare(one.offset, other.offset) || one.first - other.first || compare(one.step, other.step),
    )
    .map(({ step }) => step)
}

const compare = <Value extends number | string>(one: Value, other: Value) => (one < other ? -1 : one > other ? 1 : 0)

function toExpected({ rows, late, saved, fromMs, toMs, windowMs }: Round): Reached[] {
  const counted = [...rows, ...late].filter(
    (row) => row.timestamp >= fromMs && row.timestamp < toMs && !row.gpc && row.bot_reasons === null,
  )
  const orders: Record<string, string[]> = { ...saved }
  for (const { funnel } of counted) orders[funnel] ??= toOrder(counted.filter((row) => row.funnel === funnel))
  return Object.entries(orders)
    .map(([funnel, order]) => {
      const mine = counted.filter((row) => row.funnel === funnel)
      const events = mine.map(({ who, step, timestamp }, index) => ({
        person: who,
        actor: who,
        session: '',
        timestamp,
        id: String(index),
        event: step,
        properties: {},
      }))
      const steps = order.map((step) => ({ event: step }))
      const outcomes = followFunnel(events, {
        order: 'ordered',
        windowMs,
        unit: 'person',
        steps,
        exclusions: [],
        breakdown: null,
      })
      const count = (index: number) => outcomes.filter(({ path }) => (path?.times.length ?? 0) >= index).length
      return {
        funnel,
        people: new Set(mine.map(({ who }) => who)).size,
        rows: order.map((step, index) => ({ funnel, step_index: index + 1, step, people: count(index + 1) })),
      }
    })
    .toSorted((one, other) => other.people - one.people || compare(one.funnel, other.funnel))
    .flatMap(({ rows: reached }) => reached)
}

async function storeRound(store: TestStore, round: Round, isRolledUp: boolean): Promise<void> {
  for (const [name, steps] of Object.entries(round.saved))
    await store.sql('insert into public.funnels (project_id, name, definition) values ($1, $2, $3)', [
      round.projectId,
      name,
      { steps },
    ])
  await insert(
    store,
    'conversions',
    round.rows.map((row) => ({ ...row, project_id: round.projectId })),
  )
  if (isRolledUp) {
    await mark(store, round, round.rows)
    await rollUp(store, [round])
    await mark(store, round, round.late)
  }
  await insert(
    store,
    'conversions',
    round.late.map((row) => ({ ...row, project_id: round.projectId })),
  )
}

/** Rows that are inserted past append_events leave no mark of their own. */
const mark = (store: TestStore, { projectId }: Round, rows: readonly Conversion[]) =>
  store.sql(
    `insert into public.slice_marks (project_id, from_ms, to_ms)
     select $1, hour, hour + ${HOUR} from unnest($2::bigint[]) as hour`,
    [projectId, [...new Set(rows.map(({ timestamp }) => timestamp - (timestamp % HOUR)))]],
  )

describeStores('named funnels', (store) => {
  test(`hold what an exhaustive search finds, over ${ROUNDS} histories, from slices and raw rows`, async () => {
    const chance = createChance(20261121)
    let reachedCount = 0
    for (let index = 0; index < ROUNDS; index += 1) {
      const round = createRound(chance, await createProject(store, `funnels-${index}`))
      await storeRound(store, round, index % ROLLED_UP_EVERY === 0)
      const rows = await callReport<Reached[]>(store, 'get_named_funnels', {
        p_project_id: round.projectId,
        p_from: round.fromMs,
        p_to: round.toMs,
        p_window_ms: round.windowMs,
      })
      expect({ round, rows }).toEqual({ round, rows: toExpected(round) })
      reachedCount += rows.filter((row) => row.step_index > 1 && row.people > 0).length
    }
    expect(reachedCount).toBeGreaterThan(ROUNDS / 2)
    const [slices] = await store.sql<{ count: number }>('select count(*)::int as count from public.slices')
    expect(slices?.count).toBeGreaterThan(ROUNDS / ROLLED_UP_EVERY)
  }, 120_000)
})
