import type { TimeRange } from '../core/time-range'
import { callFunction } from './client'

/** Creates the partitions of this month and the next three where they are missing; answers how many that were. */
export function createPartitionsAhead(): Promise<number> {
  return callFunction<number>('create_partitions_ahead', {})
}

/**
 * Creates the missing partitions that `[fromMs, toMs)` touches, at most 20 years; answers how many tables that were. Throws while a lock is
 * busy for two seconds, and has changed nothing then.
 */
export function createPartitions({ fromMs, toMs }: TimeRange): Promise<number> {
  return callFunction<number>('create_partitions', { p_from: fromMs, p_to: toMs })
}
