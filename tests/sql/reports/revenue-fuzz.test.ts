import { expect, test } from 'vitest'
import { walkBounds } from '../../lib/insights/reference/calendar'
import {
  type Chance,
  createChance,
  createHistory,
  type History,
  ODD_ZONES,
  rollUp,
  storeHistories,
} from '../../support/reference/history'
import { listPaid, type RevenueSum, sumRevenue } from '../../support/reference/revenue'
import { describeStores, type TestStore } from '../../support/store'
import { callReport, nextProject, toActor } from './rows'

const DAY = 86_400_000
const ROUNDS = 150
/** One history in so many is answered from slices. */
const ROLLED_UP_EVERY = 6

const FILTERS = [{}, {}, {}, { country: 'DE' }, { event: 'a' }] as const

function createRound(chance: Chance) {
  const { pick, random } = chance
  const [timezone, anchor] = pick(ODD_ZONES)
  const fromMs = anchor + Math.floor(random() * 3 * DAY)
  const history = createHistory(chance, nextProject(), fromMs - 4 * DAY, 9 * DAY)
  const toMs = fromMs + 1 + Math.floor(random() ** 2 * 8 * DAY)
  return { history, timezone, fromMs, toMs, filters: pick(FILTERS), by: pick(['event', 'country'] as const) }
}
type Round = ReturnType<typeof createRound>

type Answer = {
  starts: number[]
  totals: (RevenueSum & { currency: string; is_previous: boolean })[]
  points: (RevenueSum & { currency: string; position: number })[]
  top: (RevenueSum & { currency: string; value: string | null })[]
}

const toText = (parts: readonly unknown[]) => JSON.stringify(parts)
const toSum = ({ revenue, count, paying_people }: RevenueSum) => ({ revenue, count, paying_people })
const toMap = <Row extends RevenueSum>(rows: readonly Row[], toKey: (row: Row) => string) =>
  Object.fromEntries(
    rows.map((row): [string, RevenueSum] => [toKey(row), toSum(row)]).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
const toSorted = (sums: Map<string, RevenueSum>) =>
  Object.fromEntries([...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)))

async function compare(store: TestStore, { history, timezone, fromMs, toMs, filters, by }: Round, label: string) {
  const bucket = toMs - fromMs > 2 * DAY ? 'day' : 'hour'
  const answer = await callReport<Answer>(store, 'get_revenue', {
    p_project_id: history.projectId,
    p_from: fromMs,
    p_to: toMs,
    p_bucket: bucket,
    p_timezone: timezone,
    p_by: by,
    p_filters: filters,
  })
  const paid = listPaid(history, (hit) =>
    Object.entries(filters).every(([key, value]) => hit[key as 'country' | 'event'] === value),
  ).filter(({ timestamp }) => timestamp >= 2 * fromMs - toMs && timestamp < toMs)
  const now = paid.filter(({ timestamp }) => timestamp >= fromMs)
  const starts = walkBounds(fromMs, toMs, bucket, timezone, 'monday').slice(0, -1)
  expect(answer.starts, label).toEqual(starts)
  expect(
    toMap(answer.totals, (row) => toText([row.currency, row.is_previous])),
    label,
  ).toEqual(toSorted(sumRevenue(paid, (hit) => toText([hit.currency, hit.timestamp < fromMs]))))
  expect(
    toMap(answer.points, (row) => toText([row.currency, row.position])),
    label,
  ).toEqual(
    toSorted(sumRevenue(now, (hit) => toText([hit.currency, starts.filter((start) => start <= hit.timestamp).length]))),
  )
  expect(
    toMap(answer.top, (row) => toText([row.currency, row.value])),
    label,
  ).toEqual(toSorted(sumRevenue(now, (hit) => toText([hit.currency, hit[by]]))))
}

/** Some of what happens to rows after they were rolled up; gives the history as it is then. */
async function change(store: TestStore, chance: Chance, { projectId, hits, links }: History): Promise<History> {
  const { is, pick } = chance
  const late = createHistory(chance, projectId, hits[0]?.timestamp ?? 0, 3 * DAY).hits.map((hit) => ({
    ...hit,
    visitor: links.has(hit.who) ? null : hit.visitor,
  }))
  await storeHistories(store, [{ projectId, hits: late, links: new Map() }])
  // As an append does by its counts.
  await store.sql(
    `insert into public.slice_marks (project_id, from_ms, to_ms)
     select $1, late.ms - late.ms % 3600000, late.ms - late.ms % 3600000 + 3600000 from unnest($2::bigint[]) as late (ms)`,
    [projectId, late.map(({ timestamp }) => timestamp)],
  )
  let left = [...hits, ...late]
  if (is(0.5)) {
    const erased = pick(left).who
    await store.sql('delete from public.user_events where project_id = $1 and actor_id = $2', [
      projectId,
      toActor(erased),
    ])
    left = left.filter(({ who }) => who !== erased)
  }
  if (is(0.5)) {
    await store.sql(
      'update public.user_events set bot_reasons = null where project_id = $1 and bot_reasons is not null',
      [projectId],
    )
    left = left.map((hit) => ({ ...hit, isBot: false }))
  }
  const linked = new Map(links)
  const who = pick(['p1', 'p2', 'p3'])
  if (!linked.has(who)) {
    linked.set(who, 'p0')
    await storeHistories(store, [{ projectId, hits: [], links: new Map([[who, 'p0']]) }])
  }
  return { projectId, hits: left, links: linked }
}

describeStores('revenue of random histories', (store) => {
  test('equals the sums of the rows, rolled up, changed since, or never rolled up', async () => {
    const chance = createChance(23)
    const rounds = Array.from({ length: ROUNDS }, () => createRound(chance))
    const rolled = rounds.filter((_, index) => index % ROLLED_UP_EVERY === 0)
    await storeHistories(
      store,
      rounds.map(({ history }) => history),
    )
    await rollUp(
      store,
      rolled.map(({ history }) => history),
    )
    const [held] = await store.sql<{ count: number }>('select count(*)::int as count from public.slice_revenue')
    expect(held?.count).toBeGreaterThan(100)
    for (const [index, round] of rounds.entries()) await compare(store, round, `round ${index}`)
    for (const [index, round] of rolled.entries()) {
      const history = await change(store, chance, round.history)
      await compare(store, { ...round, history }, `changed ${index}`)
    }
  }, 240_000)

  test('is read from slices where they are clean', async () => {
    const projectId = nextProject()
    const history = createHistory(createChance(1), projectId, 0, DAY)
    const from = Date.UTC(2026, 2, 2)
    const hit = { ...(history.hits[0] as History['hits'][number]), timestamp: from, gpc: false, isBot: false }
    const paid = { ...hit, properties: { revenue: 5, currency: 'EUR' } }
    await storeHistories(store, [{ projectId, hits: [paid], links: new Map() }])
    await rollUp(store, [{ projectId }])
    // Nobody else writes here: a slice that is wrong shows only if it is read.
    await store.sql(
      `update public.slice_revenue as held set revenue = 7
       from public.slices as slice where slice.id = held.slice_id and slice.project_id = $1 and held.chunk = -1`,
      [projectId],
    )
    const answer = await callReport<Answer>(store, 'get_revenue', {
      p_project_id: projectId,
      p_from: from,
      p_to: from + DAY,
      p_bucket: 'day',
      p_timezone: 'UTC',
    })
    expect(answer).toMatchObject({ totals: [{ revenue: 7 }], points: [{ revenue: 7 }], top: [{ revenue: 7 }] })
  })
})
