import type { PerformanceQuery, PerformanceReport } from '../contracts/performance-report'
import type { Vital } from '../core/vitals'
import type { Project } from '../database/projects'
import {
  type CustomHistogramRow,
  readCustomHistograms,
  readVitalBreakdowns,
  readVitalOverview,
  readVitalSamples,
  type VitalGroupRow,
  type VitalOverview,
  type VitalPoint,
  type VitalSample,
} from '../database/vital-reports'
import { rankHistogram, rankSignedHistogram, toShown } from './models/packed-histogram'
import { type RankedSamples, toPercentile } from './models/ranked-samples'
import { toGroup, toShownGroup } from './models/vital-group'
import { toPerVital, toVitalFigures, type VitalClasses } from './models/vital-report'
import {
  toClassedSamples,
  toCustomSamples,
  toSampleGroups,
  toSampleSeries,
  toVitalValues,
} from './models/vital-samples'
import { toPerformanceQuestion } from './performance-scope'
import { refuseUnusable, toIso } from './report-range'

/** With so few navigations and custom samples in both ranges, all figures are made from the samples themselves. */
const EXACT_SAMPLES_MAX = 1_000
const ROUTES_MAX = 100

type Classed = VitalClasses & { samples: RankedSamples }
/** The figures' raw material, from samples or from histograms. */
type Material = {
  current: Record<Vital, Classed>
  previous: Record<Vital, Classed>
  series: Record<Vital, VitalPoint[]>
  groups: readonly VitalGroupRow[]
  custom: readonly { name: string; samples: RankedSamples }[]
}

/**
 * How pages felt in the range: each web vital with its series and classes, by route, and against the range
 * before. All figures but `navigations` and `custom` are those of the kind of navigations asked for; percentiles are
 * nearest-rank, of few samples exact, else within 1 %; what was not measured is null. Throws `invalid_request` for a
 * range or a value beyond the store's.
 */
export async function readPerformanceReport(
  project: Project,
  query: PerformanceQuery,
  nowMs: number,
): Promise<PerformanceReport> {
  const { scope, previous, series } = toPerformanceQuestion(project, query, nowMs)
  const [overview, before, groups, custom] = await refuseUnusable(
    Promise.all([
      readVitalOverview(scope, series),
      readVitalOverview(previous, null),
      readVitalBreakdowns(scope, ['route']),
      readCustomHistograms(scope),
    ]),
  )
  const sampleCount =
    overview.hard + overview.soft + before.hard + before.soft + custom.reduce((sum, { count }) => sum + count, 0)
  const samples =
    sampleCount <= EXACT_SAMPLES_MAX
      ? await refuseUnusable(readVitalSamples({ ...scope, fromMs: previous.fromMs }, EXACT_SAMPLES_MAX))
      : null
  const material = samples
    ? toMaterialOfSamples(samples, scope.fromMs, scope.isSoft, overview)
    : toMaterialOfHistograms(overview, before, groups, custom)
  return {
    ...toReport(material),
    navigations: { hard: overview.hard, soft: overview.soft },
    precision: samples ? 'exact' : 'histogram',
  }
}

function toReport({ current, previous, series, groups, custom }: Material) {
  return {
    metrics: toPerVital((vital) => ({
      ...toVitalFigures(vital, current[vital], current[vital].samples),
      series: series[vital].map(({ start, p75, count }) => ({ start: toIso(start), p75, count })),
    })),
    routes: groups.slice(0, ROUTES_MAX).map(({ value, ...row }) => ({ route: value, ...toGroup(row) })),
    custom: custom.map(({ name, samples }) => ({
      name,
      count: samples.count,
      p50: toPercentile(samples, 0.5),
      p75: toPercentile(samples, 0.75),
      p95: toPercentile(samples, 0.95),
    })),
    previous: toPerVital((vital) => {
      const { p75, count } = toVitalFigures(vital, previous[vital], previous[vital].samples)
      return { p75, count }
    }),
  }
}

function toMaterialOfHistograms(
  overview: VitalOverview,
  before: VitalOverview,
  groups: readonly VitalGroupRow[],
  custom: readonly CustomHistogramRow[],
): Material {
  const toClassed = ({ vitals }: VitalOverview) =>
    toPerVital((vital) => ({ ...vitals[vital], samples: rankHistogram(vitals[vital]) }))
  return {
    current: toClassed(overview),
    previous: toClassed(before),
    series: toPerVital((vital) =>
      (overview.series?.[vital] ?? []).map((point) => ({
        ...point,
        p75: point.p75 === null ? null : toShown(point.p75),
      })),
    ),
    groups: groups.map(toShownGroup),
    custom: custom.map(({ name, positive, negative }) => ({ name, samples: rankSignedHistogram(positive, negative) })),
  }
}

function toMaterialOfSamples(
  samples: readonly VitalSample[],
  fromMs: number,
  isSoft: boolean,
  overview: VitalOverview,
): Material {
  const rows = samples.filter(({ timestamp }) => timestamp >= fromMs)
  const earlier = samples.filter(({ timestamp }) => timestamp < fromMs)
  const toClassed = (of: readonly VitalSample[]) =>
    toPerVital((vital) => toClassedSamples(vital, toVitalValues(of, vital, isSoft)))
  return {
    current: toClassed(rows),
    previous: toClassed(earlier),
    series: toPerVital((vital) => {
      const starts = overview.series?.[vital].map(({ start }) => start) ?? []
      return toSampleSeries(rows, vital, isSoft, starts)
    }),
    groups: toSampleGroups(rows, 'route', isSoft),
    custom: toCustomSamples(rows),
  }
}
