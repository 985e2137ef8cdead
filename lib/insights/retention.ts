import type { RetentionQuery, RetentionReport } from '../contracts/retention'
import { AppError } from '../core/errors'
import { DAY_MS, HOUR_MS } from '../core/time-range'
import type { Project } from '../database/projects'
import { type RetentionScope, readCohortRevenue, readCohorts } from '../database/retention-reports'
import { toCohortRevenue } from './models/cohort-revenue'
import { toCompleteCounts } from './models/complete-cells'
import { toAverageRatios } from './models/retention-averages'
import { toStoreTimezone } from './models/store-timezone'
import { refuseUnusable, toIso, toQueryRange, toStoreFilters } from './report-range'

/** The answer is a triangle: 400 intervals are some 80,000 cells. */
const INTERVALS_MAX = 400
/** With a breakdown there are eleven of them. */
const BREAKDOWN_INTERVALS_MAX = 100
/** Length of a rolling window; of a calendar interval at least nearly so. Source: DESIGN.md, section 7. */
const INTERVAL_MS = { hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS } as const

/**
 * Cohorts of people by calendar interval and how many of each come back, in calendar intervals or in windows from each
 * person's own target event (DESIGN.md, sections 6 and 7). The time zone is the project's unless the query names one; the range
 * widens to whole intervals and ends now. Throws `invalid_request` for more than 400 intervals (100 with a breakdown) and for
 * values the store cannot hold.
 */
export async function readRetention(project: Project, query: RetentionQuery, nowMs: number): Promise<RetentionReport> {
  const scope = toScope(project, query, nowMs)
  const property = query.breakdown?.property
  const [whole, byValue, revenue] = await refuseUnusable(
    Promise.all([
      readCohorts(scope, { isCumulative: query.cumulative, breakdown: null }),
      property === undefined ? undefined : readCohorts(scope, { isCumulative: query.cumulative, breakdown: property }),
      query.revenue ? readCohortRevenue(scope) : undefined,
    ]),
  )
  const starts = whole.bounds.slice(0, -1).map(toIso)
  const cohorts = toCohorts(starts, whole.groups[0]?.counts ?? [])
  return {
    cohorts,
    averageRatios: toAverageRatios(cohorts),
    completeCounts: toCompleteCounts({
      bounds: whole.bounds,
      endMs: whole.end,
      rollingMs: query.windows === 'rolling' ? INTERVAL_MS[query.interval] : null,
    }),
    ...(byValue && {
      breakdown: byValue.groups.map(({ value, isOther, counts }) => {
        const own = toCohorts(starts, counts)
        return { value, isOther, cohorts: own, averageRatios: toAverageRatios(own) }
      }),
    }),
    ...(revenue && { revenue: revenue.map((row) => toCohortRevenue(cohorts, row)) }),
  }
}

function toCohorts(starts: readonly string[], counts: readonly number[][]): RetentionReport['cohorts'] {
  return starts.map((start, index) => ({ start, size: counts[index]?.[0] ?? 0, counts: counts[index] ?? [] }))
}

function toScope(project: Project, query: RetentionQuery, nowMs: number): RetentionScope {
  const range = toQueryRange(query, nowMs)
  // What has not begun is not answered, so that a far `to` costs nothing.
  const toMs = Math.max(range.fromMs + 1, Math.min(range.toMs, nowMs + 1))
  const intervalsMax = query.breakdown ? BREAKDOWN_INTERVALS_MAX : INTERVALS_MAX
  if ((toMs - range.fromMs) / INTERVAL_MS[query.interval] > intervalsMax) {
    throw new AppError('invalid_request', `The range has more than ${intervalsMax} intervals.`, {
      issues: [{ path: 'interval', message: `expected at most ${intervalsMax} intervals between from and to` }],
    })
  }
  return {
    projectId: project.id,
    fromMs: range.fromMs,
    toMs,
    untilMs: nowMs + 1,
    filters: toStoreFilters(query.filter, nowMs),
    includeBots: query.bots,
    interval: query.interval,
    timezone: toStoreTimezone(query.timezone ?? project.timezone),
    weekStart: query.weekStart,
    mode: query.mode,
    windows: query.windows,
    target: query.target,
    comeback: query.return,
  }
}
