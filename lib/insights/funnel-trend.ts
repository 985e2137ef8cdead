import type { FunnelTrend, FunnelTrendQuery } from '../contracts/funnel-trend'
import { AppError } from '../core/errors'
import { toRatio } from '../core/ratio'
import { DAY_MS, HOUR_MS } from '../core/time-range'
import { readFunnelTrend } from '../database/funnel-reports'
import type { Project } from '../database/projects'
import { toFunnelScope, toStoreFunnel } from './funnel'
import { toStoreTimezone } from './models/store-timezone'
import { refuseUnusable, toIso } from './report-range'

const POINTS_MAX = 1_000
const INTERVAL_MS = { hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS, month: 28 * DAY_MS } as const

/**
 * The funnel by the interval in which people began it. The time zone is the project's unless the query names one. Throws
 * `invalid_request` for more than 1,000 intervals.
 */
export async function readTrendOfFunnel(
  project: Project,
  query: FunnelTrendQuery,
  nowMs: number,
): Promise<FunnelTrend> {
  const scope = toFunnelScope(project, query, nowMs)
  // What has not begun is not answered, so that a far `to` costs nothing.
  const toMs = Math.max(scope.fromMs + 1, Math.min(scope.toMs, nowMs + 1))
  if ((toMs - scope.fromMs) / INTERVAL_MS[query.interval] > POINTS_MAX) {
    throw new AppError('invalid_request', `The range has more than ${POINTS_MAX} intervals.`, {
      issues: [{ path: 'interval', message: `expected at most ${POINTS_MAX} intervals between from and to` }],
    })
  }
  const rows = await refuseUnusable(
    readFunnelTrend({ ...scope, toMs }, toStoreFunnel(query), {
      interval: query.interval,
      timezone: toStoreTimezone(query.timezone ?? project.timezone),
      weekStart: query.weekStart,
    }),
  )
  return {
    points: rows.map(({ start, end, people }) => ({
      start: toIso(start),
      counts: people,
      conversionRatio: toRatio(people.at(-1) ?? 0, people[0] ?? 0),
      // The last attempt of the interval may begin in its last millisecond, and its window is inclusive.
      isComplete: end - 1 + query.window < toMs,
    })),
  }
}
