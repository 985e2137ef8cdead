import type { z } from 'zod'
import type { EventStep } from '../contracts/step'
import { callFunction } from './client'
import { type ReportScope, toScopeArgs } from './report-scope'

/** What both retention functions are asked. */
export type RetentionScope = ReportScope & {
  /** Nothing at or after this instant counts, whatever the range: now. */
  untilMs: number
  interval: 'hour' | 'day' | 'week' | 'month'
  /** By Postgres' name (`toStoreTimezone`). */
  timezone: string
  weekStart: 'monday' | 'sunday'
  mode: 'recurring' | 'first_time' | 'first_ever'
  windows: 'calendar' | 'rolling'
  target: EventStep
  comeback: EventStep
}

/**
 * `bounds`: the starts of the intervals that have begun and the end of the last (ms); `end`: where the range ends, at the latest
 * now. One group, or one per value of a breakdown, of which the last may hold all others. `counts[i][0]` are the people of the
 * i-th cohort, `counts[i][k]` those who came back k intervals later.
 */
export type RetentionRows = {
  bounds: number[]
  end: number
  groups: { value: JsonValue; isOther: boolean; counts: number[][] }[]
}
type JsonValue = z.infer<ReturnType<typeof z.json>>

/** `amounts[i][k]`: what the i-th cohort brought in k intervals later. */
export type RetentionRevenueRow = { currency: string; amounts: number[][] }

/** One cohort per interval of the range that has begun, in order, empty ones included. */
export function readCohorts(
  scope: RetentionScope,
  { isCumulative, breakdown }: { isCumulative: boolean; breakdown: string | null },
): Promise<RetentionRows> {
  return callFunction('get_retention', {
    ...toRetentionArgs(scope),
    p_cumulative: isCumulative,
    p_breakdown: breakdown,
  })
}

/** What the return events of the cohorts brought in, per currency; empty when none did. */
export function readCohortRevenue(scope: RetentionScope): Promise<RetentionRevenueRow[]> {
  return callFunction('get_retention_revenue', toRetentionArgs(scope))
}

function toRetentionArgs(scope: RetentionScope) {
  return {
    ...toScopeArgs(scope),
    p_until: scope.untilMs,
    p_interval: scope.interval,
    p_timezone: scope.timezone,
    p_week_start: scope.weekStart,
    p_mode: scope.mode,
    p_windows: scope.windows,
    p_target: scope.target,
    p_return: scope.comeback,
  }
}
