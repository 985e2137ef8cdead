import type { FunnelQuery, FunnelReport } from '../contracts/funnel'
import { AppError } from '../core/errors'
import { type TimeRange, toPreviousRange } from '../core/time-range'
import { type FunnelRows, readFunnelGroups, type StoreFunnel } from '../database/funnel-reports'
import type { Project } from '../database/projects'
import type { ReportScope } from '../database/report-scope'
import { toFunnelSteps, toTimeFigures } from './models/funnel-steps'
import { refuseUnusable, toIso, toQueryRange, toStoreFilters } from './report-range'

/** What every question about a funnel has. */
export type FunnelQuestion = Omit<FunnelQuery, 'compare' | 'revenue'>

/**
 * People or sessions that reach each step, and how long they took (DESIGN.md, section 7). Throws `invalid_request` for values the
 * store cannot hold and for filters that conversions do not know.
 */
export async function readFunnel(project: Project, query: FunnelQuery, nowMs: number): Promise<FunnelReport> {
  const scope = toFunnelScope(project, query, nowMs)
  const funnel = { ...toStoreFunnel(query), breakdown: query.breakdown?.property ?? null, revenue: query.revenue }
  const previous = toComparedRange(query.compare, scope)
  const [own, whole, before] = await refuseUnusable(
    Promise.all([
      readFunnelGroups(scope, funnel),
      // The values that are shown do not add up to everybody, nor do medians of groups give a median.
      funnel.breakdown === null ? undefined : readFunnelGroups(scope, { ...funnel, breakdown: null, revenue: false }),
      previous && readFunnelGroups({ ...scope, ...previous }, { ...funnel, breakdown: null }),
    ]),
  )
  const events = query.steps.map(({ event }) => event)
  return {
    ...toSide(events, { ...(whole ?? own), revenue: own.revenue }),
    ...(funnel.breakdown !== null && {
      breakdown: own.groups.map((group) => ({
        value: group.value as NonNullable<FunnelReport['breakdown']>[number]['value'],
        steps: toFunnelSteps(events, group),
      })),
      breakdownLeftOut: own.leftOut,
    }),
    ...(previous &&
      before && {
        previous: { from: toIso(previous.fromMs), to: toIso(previous.toMs), ...toSide(events, before) },
      }),
  }
}

/** Whose events a funnel looks at. Throws `invalid_request` for filters that conversions do not know. */
export function toFunnelScope(project: Project, query: FunnelQuestion, nowMs: number): ReportScope {
  if (query.conversions !== undefined) {
    for (const key of Object.keys(query.filter)) {
      if (['route', 'device', 'country', 'segment'].includes(key)) continue
      throw new AppError('invalid_request', 'A funnel of conversions cannot be filtered by this.', {
        issues: [{ path: `filter.${key}`, message: 'expected no filters but route, device, country and segment' }],
      })
    }
  }
  return {
    projectId: project.id,
    ...toQueryRange(query, nowMs),
    filters: toStoreFilters(query.filter, nowMs),
    includeBots: query.bots,
  }
}

/** The funnel as the store reads it, without breakdown and revenue. */
export function toStoreFunnel({ order, unit, window, steps, exclusions, conversions }: FunnelQuestion): StoreFunnel {
  return {
    order,
    unit,
    windowMs: window,
    steps,
    exclusions,
    conversions: conversions ?? null,
    breakdown: null,
    revenue: false,
  }
}

function toComparedRange(compare: FunnelQuery['compare'], range: TimeRange): TimeRange | undefined {
  if (compare === undefined) return undefined
  return compare === 'previous' ? toPreviousRange(range) : toQueryRange(compare, 0)
}

function toSide(events: readonly string[], { groups: [group], revenue }: FunnelRows) {
  const steps = toFunnelSteps(events, group).map((step) => ({
    ...step,
    ...(revenue && {
      revenue: revenue
        .filter((row) => row.step === step.index)
        .map(({ currency, amount, rows }) => ({ currency, amount, count: rows })),
    }),
  }))
  return { steps, excludedCount: group?.excluded ?? 0, total: toTimeFigures(group?.times[0]) }
}
