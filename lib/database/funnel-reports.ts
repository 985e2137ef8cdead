import type { EventStep } from '../contracts/step'
import type { TimeRange } from '../core/time-range'
import { callFunction } from './client'
import { type ReportScope, toRangeArgs } from './report-scope'

/** `median_ms` and `average_ms`: time since the previous step; null for the first and for a step nobody reached. */
export type FunnelStepRow = {
  step_index: number
  people: number
  median_ms: number | null
  average_ms: number | null
}

/** People per step of an ordered funnel, one row per step in order; the window counts from step 1, inclusive. */
export function readFunnelSteps(
  scope: Pick<ReportScope, 'projectId'> & TimeRange,
  steps: readonly EventStep[],
  windowMs: number,
): Promise<FunnelStepRow[]> {
  return callFunction('get_funnel', { ...toRangeArgs(scope), p_steps: steps, p_window_ms: windowMs })
}
