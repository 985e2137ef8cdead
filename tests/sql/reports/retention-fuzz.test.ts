import { expect, test } from 'vitest'
import { walkBounds } from '../../lib/insights/reference/calendar'
import {
  createChance,
  createHistory,
  groupBy,
  ODD_ZONES,
  type PersonHit,
  rollUp,
  storeHistories,
  toPersonHits,
} from '../../support/reference/history'
import { countRetention, listMembers, type RetentionQuestion, sumRevenue } from '../../support/reference/retention'
import { describeStores } from '../../support/store'
import { callReport, nextProject } from './rows'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const ROUNDS = 1_000
/** One history in so many is answered from slices. */
const ROLLED_UP_EVERY = 50
const ROLLING = { hour: HOUR, day: DAY, week: 7 * DAY, month: 30 * DAY } as const
const LENGTHS = { hour: 10 * HOUR, day: 7 * DAY, week: 30 * DAY, month: 100 * DAY } as const

type Answer = { bounds: number[]; end: number; groups: { value: unknown; isOther: boolean; counts: number[][] }[] }
type RevenueAnswer = { currency: string; amounts: number[][] }[]

const TARGETS = [
  {
    step: { event: 'a', where: { good: true } },
    matches: (hit: PersonHit) => hit.event === 'a' && hit.properties?.good === true,
  },
  { step: { event: 'a' }, matches: (hit: PersonHit) => hit.event === 'a' },
  { step: { event: '*', where: { $country: 'DE' } }, matches: (hit: PersonHit) => hit.country === 'DE' },
] as const
const RETURNS = [
  { step: { event: '*' }, matches: () => true },
  { step: { event: 'b' }, matches: (hit: PersonHit) => hit.event === 'b' },
  { step: { event: 'a' }, matches: (hit: PersonHit) => hit.event === 'a' },
] as const
const FILTERS = [
  { filters: {}, passes: () => true },
  { filters: {}, passes: () => true },
  { filters: { country: 'DE' }, passes: (hit: PersonHit) => hit.country === 'DE' },
] as const
const BREAKDOWNS = [
  { key: null, read: () => null },
  { key: 'kind', read: (hit: PersonHit) => hit.properties?.kind ?? null },
  { key: '$country', read: (hit: PersonHit) => hit.country },
] as const

/** Everything that one round asks, with what the reference needs of it. */
function createRound(chance: ReturnType<typeof createChance>, projectId: number) {
  const { pick, is, random } = chance
  const [timezone, anchor] = pick(ODD_ZONES)
  const interval = pick(['hour', 'day', 'day', 'week', 'month'] as const)
  const lengthMs = LENGTHS[interval]
  const fromMs = anchor + Math.floor(random() * 3 * DAY)
  const toMs = fromMs + 1 + Math.floor(random() * lengthMs)
  const windows = pick(['calendar', 'calendar', 'rolling'] as const)
  return {
    history: createHistory(chance, projectId, fromMs, lengthMs),
    target: pick(TARGETS),
    comeback: pick(RETURNS),
    filter: pick(FILTERS),
    breakdown: pick(BREAKDOWNS),
    windows,
    args: {
      p_project_id: projectId,
      p_from: fromMs,
      p_to: toMs,
      p_until: is(0.5) ? toMs + 400 * DAY : fromMs + 1 + Math.floor(random() * lengthMs),
      p_interval: interval,
      p_timezone: timezone,
      p_week_start: pick(['monday', 'sunday'] as const),
      p_mode: pick(['recurring', 'first_time', 'first_ever'] as const),
      p_windows: windows,
    },
    isCumulative: windows === 'calendar' && is(0.4),
  }
}
type Round = ReturnType<typeof createRound>

function toQuestion({ args, isCumulative, target, comeback }: Round): RetentionQuestion {
  const { p_from, p_to, p_interval, p_timezone, p_week_start } = args
  return {
    bounds: walkBounds(p_from, p_to, p_interval, p_timezone, p_week_start),
    untilMs: args.p_until,
    mode: args.p_mode,
    rollingMs: args.p_windows === 'rolling' ? ROLLING[p_interval] : null,
    isCumulative,
    isTarget: target.matches,
    isNamed: (hit) => target.step.event === '*' || hit.event === target.step.event,
    isReturn: comeback.matches,
  }
}

/** The ten largest values by members, ties by their text, then all others in one. */
function toGroups(round: Round, hits: readonly PersonHit[], question: RetentionQuestion): Answer['groups'] {
  const members = listMembers(hits, question)
  const { key, read } = round.breakdown
  if (key === null) return [{ value: null, isOther: false, counts: countRetention(hits, members, question) }]
  const byText = groupBy(members, ({ first }) => JSON.stringify(read(first)))
  const ranked = [...byText].toSorted(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))
  const groups = ranked
    .slice(0, 10)
    .map(([text, own]) => ({ value: JSON.parse(text), isOther: false, counts: countRetention(hits, own, question) }))
  const others = ranked.slice(10).flatMap(([, own]) => own)
  return others.length === 0
    ? groups
    : [...groups, { value: null, isOther: true, counts: countRetention(hits, others, question) }]
}

describeStores('retention against a count by hand', (store) => {
  test(`agrees on ${ROUNDS} random data sets: modes, windows, ties, merges, odd zones, breakdowns, filters, revenue`, async () => {
    const chance = createChance(20261123)
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
    let cells = 0
    for (const [index, round] of rounds.entries()) {
      const question = toQuestion(round)
      const hits = toPersonHits(round.history).filter(round.filter.passes)
      const args = {
        ...round.args,
        p_target: round.target.step,
        p_return: round.comeback.step,
        p_filters: round.filter.filters,
      }
      const context = JSON.stringify({ index, ...args, isCumulative: round.isCumulative, key: round.breakdown.key })
      const answer = await callReport<Answer>(store, 'get_retention', {
        ...args,
        p_cumulative: round.isCumulative,
        p_breakdown: round.breakdown.key,
      })
      const groups = toGroups(round, hits, question)
      const begun = question.bounds.filter((bound) => bound < answer.end).length
      if (begun === 0) {
        expect(answer.groups, context).toEqual([])
        continue
      }
      expect(answer.groups, context).toEqual(groups)
      expect(answer.bounds, context).toEqual(question.bounds.slice(0, begun + 1))
      cells += groups.flatMap(({ counts }) => counts.flat()).filter((count) => count > 0).length
      if (index % 3 !== 0) continue
      const revenue = await callReport<RevenueAnswer>(store, 'get_retention_revenue', args)
      const sums = sumRevenue(hits, listMembers(hits, question), question)
      expect(new Map(revenue.map(({ currency, amounts }) => [currency, amounts])), context).toEqual(sums)
    }
    // A fuzz that only ever compared zeros would prove nothing.
    expect(cells).toBeGreaterThan(ROUNDS)
  }, 600_000)
})
