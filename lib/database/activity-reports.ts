import type { z } from 'zod'
import { callFunction } from './client'
import { type ReportScope, toScopeArgs } from './report-scope'

type JsonValue = z.infer<ReturnType<typeof z.json>>

/** What reports by calendar interval are asked besides the scope: the range widens to whole intervals. */
export type CalendarScope = ReportScope & {
  /** Nothing at or after this instant counts: now. */
  untilMs: number
  /** By Postgres' name (`toStoreTimezone`). */
  timezone: string
  weekStart: 'monday' | 'sunday'
}

/** `bounds`: starts of the intervals and the end of the last, ms. A point is people, and of days those of the last 7 and 30. */
export type ActivesRows = {
  bounds: number[]
  people: number
  series: [people: number, last7: number | null, last30: number | null][]
}

/** Distinct people per interval and of all of them. */
export function readActives(scope: CalendarScope, interval: 'day' | 'week' | 'month'): Promise<ActivesRows> {
  return callFunction('get_actives', { ...toCalendarArgs(scope), p_interval: interval })
}

/** `people[n - 1]`: active on exactly n of the `days` of the period that have begun. */
export type StickinessRows = { bounds: number[]; periods: { days: number; people: number[] }[] }

/** How many days of each period people were active. */
export function readStickiness(scope: CalendarScope, period: 'week' | 'month'): Promise<StickinessRows> {
  return callFunction('get_stickiness', { ...toCalendarArgs(scope), p_period: period })
}

export type LifecycleRows = {
  bounds: number[]
  series: [fresh: number, returning: number, resurrecting: number, dormant: number][]
}

/** New, returning, resurrecting and dormant people per interval. */
export function readLifecycle(scope: CalendarScope, interval: 'day' | 'week' | 'month'): Promise<LifecycleRows> {
  return callFunction('get_lifecycle', { ...toCalendarArgs(scope), p_interval: interval })
}

function toCalendarArgs(scope: CalendarScope) {
  return {
    ...toScopeArgs(scope),
    p_until: scope.untilMs,
    p_timezone: scope.timezone,
    p_week_start: scope.weekStart,
  }
}

export type FeatureRow = {
  value: JsonValue
  uses: number
  people: number
  firstUsePeople: number
  repeatPeople: number
  /** People per day of `days`. */
  trend: number[]
}
export type FeatureRows = { days: number[]; activePeople: number; omitted: number; features: FeatureRow[] }
type DayScope = ReportScope & { timezone: string }

/** The 30 features with most people: events, or with `property` the values it has on the event of the filters. */
export function readFeatures(scope: DayScope, property: string | undefined): Promise<FeatureRows> {
  const args = { ...toScopeArgs(scope), p_timezone: scope.timezone }
  return property === undefined
    ? callFunction('get_features', args)
    : callFunction('get_feature_values', { ...args, p_property: property })
}

export type FeatureUsageRow = {
  uses: number
  people: number
  repeatUsePeople: number
  repeatDayPeople: number
  usesClasses: number[]
  firstUse: { people: number; medianMs: number | null; classes: number[] }
}
export type FeatureQuestion = {
  event: string
  /** Only rows where this property has this value; null stands for none. */
  property: { key: string; value: JsonValue } | null
  /** Upper ends of the classes, the last class being open. */
  usesClasses: readonly number[]
  firstUseClassesMs: readonly number[]
}

/** How one feature is used. The filter `event` is of no meaning here. */
export function readFeatureUsageRow(scope: DayScope, question: FeatureQuestion): Promise<FeatureUsageRow> {
  return callFunction('get_feature_usage', {
    ...toScopeArgs(scope),
    p_timezone: scope.timezone,
    p_event: question.event,
    p_property: question.property?.key ?? null,
    p_value: question.property?.value ?? null,
    p_uses_classes: question.usesClasses,
    p_first_use_classes: question.firstUseClassesMs,
  })
}

export type SilentPerson = {
  personId: string
  externalId: string | null
  /** Start of the last local day with activity, ms. */
  lastSeen: number
  silentDays: number
  activeDays: number
}
export type SilenceScope = Pick<ReportScope, 'projectId' | 'filters' | 'includeBots'> & {
  untilMs: number
  timezone: string
  activeDays: number
  silentDays: number
  limit: number
}

/** Who was active on so many days, and then for so many not: at most `limit` people, the latest to leave first; `total` counts all. */
export function readChurnedPeople(
  scope: SilenceScope,
  activeDaysMin: number,
): Promise<{ total: number; people: SilentPerson[] }> {
  return callFunction('get_churned', { ...toSilenceArgs(scope), p_at_least: activeDaysMin })
}

/** Who is silent for longer than their rhythm makes likely: at most `limit` people, the most active first; `total` counts all. */
export function readPeopleAtRisk(
  scope: SilenceScope,
): Promise<{ total: number; people: (SilentPerson & { averageGapDays: number })[] }> {
  return callFunction('get_at_risk', toSilenceArgs(scope))
}

function toSilenceArgs(scope: SilenceScope) {
  return {
    p_project_id: scope.projectId,
    p_until: scope.untilMs,
    p_timezone: scope.timezone,
    p_active_days: scope.activeDays,
    p_silent_days: scope.silentDays,
    p_limit: scope.limit,
    p_filters: scope.filters,
    p_include_bots: scope.includeBots,
  }
}
