import type { FunnelQuery } from '../contracts/funnel'
import type { FunnelOutcome } from '../contracts/funnel-people'
import type { FunnelInterval } from '../contracts/funnel-trend'
import { DURATION_BOUNDS_MS } from '../core/duration-buckets'
import { callFunction } from './client'
import { type ReportScope, toScopeArgs } from './report-scope'

/** A funnel as the store's functions read it. */
export type StoreFunnel = Pick<FunnelQuery, 'order' | 'unit' | 'steps' | 'exclusions'> & {
  windowMs: number
  breakdown: string | null
  conversions: string | null
  revenue: boolean
}

/** How long it took, of those who did it; `histogram` counts people by the place of the bucket in `DURATION_BOUNDS_MS`, from 1. */
export type StepTimes = { medianMs: number; averageMs: number; histogram: Readonly<Record<string, number>> }

/**
 * People with one breakdown value. `people[k]` reached step k + 1; `times` by step number from the step before, under `0` from the
 * first to the last; who is `excluded` is counted nowhere else.
 */
export type FunnelGroup = {
  value: string | number | boolean | null | object
  people: number[]
  excluded: number
  times: Readonly<Record<string, StepTimes>>
}

export type StepRevenue = { step: number; currency: string; amount: number; rows: number }
export type FunnelRows = { groups: FunnelGroup[]; leftOut: number; revenue: StepRevenue[] | null }

/** People per step, at most one group without a breakdown; no group is there for nobody. */
export function readFunnelGroups(scope: ReportScope, funnel: StoreFunnel): Promise<FunnelRows> {
  return callFunction('get_funnel_report', {
    ...toScopeArgs(scope),
    p_definition: funnel,
    p_bounds: DURATION_BOUNDS_MS,
  })
}

export type FunnelPersonRow = {
  person_id: string
  external_id: string | null
  start: number
  last_step: number
  reached: number
}

/** Which people: those of an outcome at a step, after the last one of the page before. */
export type FunnelPeoplePage = {
  step: number
  outcome: FunnelOutcome
  limit: number
  after: { startMs: number; personId: string } | null
}

/** People of one outcome at one step, those who began last first. */
export function readFunnelPeople(
  scope: ReportScope,
  funnel: StoreFunnel,
  { step, outcome, limit, after }: FunnelPeoplePage,
): Promise<FunnelPersonRow[]> {
  return callFunction('get_funnel_people', {
    ...toScopeArgs(scope),
    p_definition: funnel,
    p_step: step,
    p_outcome: outcome,
    p_limit: limit,
    p_after_start: after?.startMs ?? null,
    p_after_person: after?.personId ?? null,
  })
}

export type FunnelTrendRow = { start: number; end: number; people: number[] }
/** How a trend is cut; the time zone by Postgres' name (`toStoreTimezone`). */
export type TrendIntervals = { interval: FunnelInterval; timezone: string; weekStart: 'monday' | 'sunday' }

/** People per step by the local interval in which they began, one row for each interval that touches the range. */
export function readFunnelTrend(
  scope: ReportScope,
  funnel: StoreFunnel,
  { interval, timezone, weekStart }: TrendIntervals,
): Promise<FunnelTrendRow[]> {
  return callFunction('get_funnel_trend', {
    ...toScopeArgs(scope),
    p_definition: funnel,
    p_interval: interval,
    p_timezone: timezone,
    p_week_start: weekStart,
  })
}

/** The attempt that counts of one unit; `times[k]` null for a step that was not reached. */
export type PersonPath = {
  unit: string
  reached: number
  isExcluded: boolean
  start: number
  times: (number | null)[]
}

/**
 * A row that has the name of a step or an exclusion (any row in strict funnels). Bit k - 1 is step k, the bits after the steps are the
 * exclusions: of `mask` where all conditions hold, of `named` where the name of a step alone does. `values`: what the conditions of the steps ask for.
 */
export type PersonRow = {
  unit: string
  timestamp: number
  event: string
  named: number
  mask: number
  values: Readonly<Record<string, unknown>>
}

/** One person at a funnel; the first 10,001 rows in time order. */
export function readFunnelPerson(
  scope: ReportScope,
  funnel: StoreFunnel,
  personId: string,
): Promise<{ paths: PersonPath[]; rows: PersonRow[] }> {
  return callFunction('get_funnel_person', { ...toScopeArgs(scope), p_definition: funnel, p_person_id: personId })
}
