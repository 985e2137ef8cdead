import {
  type FeaturesQuery,
  type FeaturesReport,
  type FeatureUsage,
  type FeatureUsageQuery,
  FIRST_USE_CLASSES_MS,
  USES_CLASSES,
} from '../contracts/features'
import { AppError } from '../core/errors'
import { toRatio } from '../core/ratio'
import { DAY_MS } from '../core/time-range'
import { type FeatureQuestion, readFeatures, readFeatureUsageRow } from '../database/activity-reports'
import type { Project } from '../database/projects'
import { refuseUnusable, toIso, toReportQuestion } from './report-range'

/** Each feature has a figure per day. */
const DAYS_MAX = 400

/**
 * Adoption and usage of the project's features in the range: events whose names do not begin with `$`, or the values of one property
 * of one event. Throws `invalid_request` for more than 400 days and for values the store cannot hold.
 */
export async function readFeaturesReport(
  project: Project,
  query: FeaturesQuery,
  nowMs: number,
): Promise<FeaturesReport> {
  const { days, activePeople, omitted, features } = await refuseUnusable(
    readFeatures(toDayScope(project, query, nowMs), query.property),
  )
  return {
    activePeople,
    days: days.map(toIso),
    omitted,
    features: features.map((feature) => ({
      ...feature,
      shareOfActives: toRatio(feature.people, activePeople),
      usesPerPerson: toRatio(feature.uses, feature.people),
      repeatRatio: toRatio(feature.repeatPeople, feature.people),
    })),
  }
}

/** How one feature is used: how often, on how many days, and how soon after a person's first event. Throws as `readFeaturesReport`. */
export async function readFeatureUsage(
  project: Project,
  query: FeatureUsageQuery,
  nowMs: number,
): Promise<FeatureUsage> {
  const question: FeatureQuestion = {
    event: query.event,
    property: query.property === undefined ? null : { key: query.property, value: parseValue(query.value) },
    usesClasses: USES_CLASSES,
    firstUseClassesMs: FIRST_USE_CLASSES_MS,
  }
  const { usesClasses, firstUse, ...usage } = await refuseUnusable(
    readFeatureUsageRow(toDayScope(project, query, nowMs), question),
  )
  return {
    ...usage,
    usesPerPerson: usesClasses.map((people, index) => ({ upTo: USES_CLASSES[index] ?? null, people })),
    firstUse: {
      people: firstUse.people,
      medianMs: firstUse.medianMs,
      classes: firstUse.classes.map((people, index) => ({ upToMs: FIRST_USE_CLASSES_MS[index] ?? null, people })),
    },
  }
}

function toDayScope(project: Project, query: FeaturesQuery | FeatureUsageQuery, nowMs: number) {
  const { scope, series } = toReportQuestion(project, query, nowMs)
  if ((scope.toMs - scope.fromMs) / DAY_MS > DAYS_MAX) {
    throw new AppError('invalid_request', `The range has more than ${DAYS_MAX} days.`, {
      issues: [{ path: 'from', message: `expected a range of at most ${DAYS_MAX} days` }],
    })
  }
  return { ...scope, timezone: series.timezone }
}

function parseValue(text: string | undefined): FeaturesReport['features'][number]['value'] {
  if (text === undefined) return null
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('invalid_request', 'The value is not JSON.', {
      cause,
      issues: [{ path: 'value', message: 'expected JSON, such as "pro" with its quotes, 3 or true' }],
    })
  }
}
