import type { RetentionQuery, RetentionReport } from '../contracts/retention'
import { AppError } from '../core/errors'
import { DAY_MS, HOUR_MS } from '../core/time-range'
import type { Project } from '../database/projects'
import { readCohorts } from '../database/retention-reports'
import { toAverageRatios } from './models/retention-averages'
import { toStoreTimezone } from './models/store-timezone'
import { refuseUnusable, toIso, toQueryRange } from './report-range'

/** The answer is a triangle: 400 intervals are some 80,000 cells. */
const INTERVALS_MAX = 400
const INTERVAL_MS = { hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS } as const

/**
 * Cohorts of people by calendar interval and how many of each come back (DESIGN.md, sections 6 and 7). The time zone is the
 * project's unless the query names one; the range widens to whole intervals and ends now. Throws `not_supported` for rolling
 * windows, `invalid_request` for more than 400 intervals and for values the store cannot hold.
 */
export async function readRetention(project: Project, query: RetentionQuery, nowMs: number): Promise<RetentionReport> {
  if (query.windows !== 'calendar') {
    throw new AppError('not_supported', 'Rolling windows are not supported yet.', {
      issues: [{ path: 'windows', message: 'only `calendar` is supported' }],
    })
  }
  const range = toQueryRange(query, nowMs)
  // What has not begun is not answered, so that a far `to` costs nothing.
  const toMs = Math.max(range.fromMs + 1, Math.min(range.toMs, nowMs + 1))
  if ((toMs - range.fromMs) / INTERVAL_MS[query.interval] > INTERVALS_MAX) {
    throw new AppError('invalid_request', `The range has more than ${INTERVALS_MAX} intervals.`, {
      issues: [{ path: 'interval', message: `expected at most ${INTERVALS_MAX} intervals between from and to` }],
    })
  }
  const cohorts = await refuseUnusable(
    readCohorts({
      projectId: project.id,
      fromMs: range.fromMs,
      toMs,
      untilMs: nowMs + 1,
      interval: query.interval,
      timezone: toStoreTimezone(query.timezone ?? project.timezone),
      weekStart: query.weekStart,
      mode: query.mode,
      isCumulative: query.cumulative,
      target: query.target,
      comeback: query.return,
    }),
  )
  return {
    cohorts: cohorts.map(({ start, counts }) => ({ start: toIso(start), size: counts[0] ?? 0, counts })),
    averageRatios: toAverageRatios(cohorts),
  }
}
