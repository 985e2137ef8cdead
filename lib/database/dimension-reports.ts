import type { AudienceDimension } from '../contracts/audience'
import type { SourceDimension } from '../contracts/sources'
import { callFunction } from './client'
import { type ReportScope, toScopeArgs } from './report-scope'

/** One value of a dimension with its figures; a null value is "not known". */
export type DimensionCount = { value: string | null; events: number; people: number; sessions: number }

/** The 100 values with most people, those first; or the figures of `values` alone, whatever their rank. */
export function readDimension(
  scope: ReportScope,
  dimension: SourceDimension | AudienceDimension,
  values: readonly (string | null)[] | null = null,
): Promise<DimensionCount[]> {
  return callFunction('get_dimension_values', {
    ...toScopeArgs(scope),
    p_dimension: dimension,
    p_values: values,
  })
}
