import { VITAL_THRESHOLDS, VITALS, type Vital } from '../../core/vitals'
import { type RankedSamples, rankValues, toPercentile } from './ranked-samples'
import { toPerVital, type VitalClasses } from './vital-report'

const SOFT = 'soft-navigation'

type Dimension = 'route' | 'device' | 'connection' | 'country' | 'browser' | 'navigation_type' | 'release'
/** One row of the store: a navigation, or custom metrics alone. */
export type VitalSampleRow = Readonly<Record<Vital, number | null>> &
  Readonly<Record<Dimension, string | null>> & {
    timestamp: number
    custom: Readonly<Record<string, number>> | null
  }

/**
 * The samples of a vital: what was measured on navigations of the kind asked for. The TTFB of a soft navigation is none: it has no
 * first byte of its own.
 */
export function toVitalValues(rows: readonly VitalSampleRow[], vital: Vital, isSoft: boolean): number[] {
  if (isSoft && vital === 'ttfb') return []
  return rows.filter((row) => isOfKind(row, isSoft)).flatMap((row) => row[vital] ?? [])
}

/** The classes of values, boundaries in the better one, with the samples by rank. */
export function toClassedSamples(vital: Vital, values: readonly number[]): VitalClasses & { samples: RankedSamples } {
  const [good, needsImprovement] = VITAL_THRESHOLDS[vital]
  return {
    count: values.length,
    good: values.filter((value) => value <= good).length,
    poor: values.filter((value) => value > needsImprovement).length,
    samples: rankValues(values),
  }
}

/** p75 and samples of each bucket; `starts` ascending, the last one's bucket is open. Empty buckets have p75 null. */
export function toSampleSeries(
  rows: readonly VitalSampleRow[],
  vital: Vital,
  isSoft: boolean,
  starts: readonly number[],
): { start: number; p75: number | null; count: number }[] {
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? Infinity
    const inside = rows.filter(({ timestamp }) => timestamp >= start && timestamp < end)
    const samples = rankValues(toVitalValues(inside, vital, isSoft))
    return { start, p75: toPercentile(samples, 0.75), count: samples.count }
  })
}

type GroupVital = VitalClasses & { p75: number }
type Group = { dimension: Dimension; value: string; count: number } & Partial<Record<Vital, GroupVital>>

/** Navigations and each vital by every value of a dimension, most navigations first; what is not known is in no group. */
export function toSampleGroups(rows: readonly VitalSampleRow[], dimension: Dimension, isSoft: boolean): Group[] {
  const groups = new Map<string, VitalSampleRow[]>()
  for (const row of rows) {
    const value = row[dimension]
    if (value === null || !isNavigation(row) || !isOfKind(row, isSoft)) continue
    const members = groups.get(value)
    if (members) members.push(row)
    else groups.set(value, [row])
  }
  return [...groups]
    .map(([value, members]) => ({ dimension, value, count: members.length, ...toGroupVitals(members, isSoft) }))
    .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
}

/** Custom metrics by name, whatever the navigation, most samples first. */
export function toCustomSamples(rows: readonly VitalSampleRow[]): { name: string; samples: RankedSamples }[] {
  const values = new Map<string, number[]>()
  for (const { custom } of rows) {
    for (const [name, value] of Object.entries(custom ?? {})) {
      const known = values.get(name)
      if (known) known.push(value)
      else values.set(name, [value])
    }
  }
  return [...values]
    .map(([name, each]) => ({ name, samples: rankValues(each) }))
    .toSorted((a, b) => b.samples.count - a.samples.count || (a.name < b.name ? -1 : 1))
}

function toGroupVitals(rows: readonly VitalSampleRow[], isSoft: boolean): Partial<Record<Vital, GroupVital>> {
  const vitals = toPerVital((vital) => toClassedSamples(vital, toVitalValues(rows, vital, isSoft)))
  return Object.fromEntries(
    VITALS.filter((vital) => vitals[vital].count > 0).map((vital) => {
      const { samples, ...classes } = vitals[vital]
      return [vital, { ...classes, p75: toPercentile(samples, 0.75) as number }]
    }),
  )
}

function isOfKind(row: VitalSampleRow, isSoft: boolean): boolean {
  return (row.navigation_type === SOFT) === isSoft
}

// A row of custom metrics alone is none.
function isNavigation(row: VitalSampleRow): boolean {
  return row.navigation_type !== null || VITALS.some((vital) => row[vital] !== null)
}
