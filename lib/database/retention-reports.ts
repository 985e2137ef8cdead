import type { EventStep } from '../contracts/step'
import type { TimeRange } from '../core/time-range'
import { callFunction } from './client'
import { type ReportScope, toRangeArgs } from './report-scope'

/** `start` in ms; `counts[0]` the people of the cohort, `counts[k]` those who came back k intervals later. */
export type CohortRow = { start: number; counts: number[] }

export type RetentionScope = Pick<ReportScope, 'projectId'> &
  TimeRange & {
    /** Nothing at or after this instant counts, whatever the range: now. */
    untilMs: number
    interval: 'hour' | 'day' | 'week' | 'month'
    /** By Postgres' name (`toStoreTimezone`). */
    timezone: string
    weekStart: 'monday' | 'sunday'
    mode: 'recurring' | 'first_time' | 'first_ever'
    isCumulative: boolean
    target: EventStep
    comeback: EventStep
  }

/** One cohort per interval of the range that has begun, in order, empty ones included. */
export function readCohorts(scope: RetentionScope): Promise<CohortRow[]> {
  return callFunction('get_retention', {
    ...toRangeArgs(scope),
    p_until: scope.untilMs,
    p_interval: scope.interval,
    p_timezone: scope.timezone,
    p_week_start: scope.weekStart,
    p_mode: scope.mode,
    p_cumulative: scope.isCumulative,
    p_target: scope.target,
    p_return: scope.comeback,
  })
}
