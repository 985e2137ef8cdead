import type { ActivesReport, ActivityQuery } from '../contracts/actives'
import type { LifecycleReport } from '../contracts/lifecycle'
import type { StickinessQuery, StickinessReport } from '../contracts/stickiness'
import { AppError } from '../core/errors'
import { DAY_MS } from '../core/time-range'
import { type CalendarScope, readActives, readLifecycle, readStickiness } from '../database/activity-reports'
import type { Project } from '../database/projects'
import { toStickyPeriod } from './models/sticky-period'
import { refuseUnusable, toIso, toReportQuestion } from './report-range'

/** An answer has at most so many intervals. */
const INTERVALS_MAX = { day: 400, week: 400, month: 400 } as const
/** Each period is a histogram of up to 31 figures. */
const PERIODS_MAX = { week: 60, month: 60 } as const
const LENGTH_MS = { day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS } as const

/**
 * Distinct people per calendar interval, of days also of the 7 and 30 days up to each. The range widens to whole intervals of the
 * time zone and ends now. Throws `invalid_request` for more than 400 intervals and for values the store cannot hold.
 */
export async function readActivesReport(project: Project, query: ActivityQuery, nowMs: number): Promise<ActivesReport> {
  const scope = toCalendarScope(project, query, nowMs, query.interval, INTERVALS_MAX)
  const { bounds, people, series } = await refuseUnusable(readActives(scope, query.interval))
  return {
    people,
    series: series.map(([active, last7, last30], index) => ({
      ...toInterval(bounds, index, nowMs),
      people: active,
      last7,
      last30,
    })),
  }
}

/** How many days of each calendar week or month people were active. As `readActivesReport`, for at most 60 periods. */
export async function readStickinessReport(
  project: Project,
  query: StickinessQuery,
  nowMs: number,
): Promise<StickinessReport> {
  const scope = toCalendarScope(project, query, nowMs, query.period, PERIODS_MAX)
  const { bounds, periods } = await refuseUnusable(readStickiness(scope, query.period))
  return {
    periods: periods.map(({ people }, index) => ({ ...toInterval(bounds, index, nowMs), ...toStickyPeriod(people) })),
  }
}

/** Who is new, stays, comes back or is gone, per calendar interval. As `readActivesReport`. */
export async function readLifecycleReport(
  project: Project,
  query: ActivityQuery,
  nowMs: number,
): Promise<LifecycleReport> {
  const scope = toCalendarScope(project, query, nowMs, query.interval, INTERVALS_MAX)
  const { bounds, series } = await refuseUnusable(readLifecycle(scope, query.interval))
  return {
    series: series.map(([fresh, returning, resurrecting, dormant], index) => {
      const interval = toInterval(bounds, index, nowMs)
      // Who has not come yet today may still come.
      return { ...interval, new: fresh, returning, resurrecting, dormant: interval.isComplete ? dormant : null }
    }),
  }
}

function toInterval(bounds: readonly number[], index: number, nowMs: number) {
  const [start, end] = [bounds[index] as number, bounds[index + 1] as number]
  return { start: toIso(start), end: toIso(end), isComplete: end <= nowMs + 1 }
}

function toCalendarScope<Interval extends keyof typeof LENGTH_MS>(
  project: Project,
  query: ActivityQuery | StickinessQuery,
  nowMs: number,
  interval: Interval,
  maxima: Readonly<Record<Interval, number>>,
): CalendarScope {
  const { scope, series } = toReportQuestion(project, query, nowMs)
  // What has not begun is not answered, so that a far `to` costs nothing.
  const toMs = Math.max(scope.fromMs + 1, Math.min(scope.toMs, nowMs + 1))
  if ((toMs - scope.fromMs) / LENGTH_MS[interval] > maxima[interval]) {
    throw new AppError('invalid_request', `The range has more than ${maxima[interval]} intervals.`, {
      issues: [{ path: 'from', message: `expected a range of at most ${maxima[interval]} ${interval}s` }],
    })
  }
  return { ...scope, toMs, untilMs: nowMs + 1, timezone: series.timezone, weekStart: query.weekStart }
}
