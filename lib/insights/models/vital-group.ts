import { VITALS, type Vital, type VitalRating } from '../../core/vitals'
import { toShown } from './packed-histogram'
import { toPerVital, toRatedP75, type VitalClasses } from './vital-report'

type GroupRow = { count: number } & Partial<Record<Vital, VitalClasses & { p75: number }>>
type GroupFigures = { count: number } & Record<Vital, { p75: number | null; count: number; rating: VitalRating | null }>

/** p75 of each vital with its rating, for one value of a breakdown; null and count 0 where it has no samples. */
export function toGroup(row: GroupRow): GroupFigures {
  return {
    count: row.count,
    ...toPerVital((vital) => toRatedP75(vital, row[vital] ?? { count: 0, good: 0, poor: 0 }, row[vital]?.p75 ?? null)),
  }
}

/** A row whose p75 come from histograms, with the digits that mean anything. */
export function toShownGroup<Row extends GroupRow>(row: Row): Row {
  const shown = VITALS.flatMap((vital) => {
    const found = row[vital]
    return found ? [[vital, { ...found, p75: toShown(found.p75) }]] : []
  })
  return { ...row, ...Object.fromEntries(shown) }
}
