import { callFunction } from './client'

/** Creates the partitions of this month and the next three where they are missing; answers how many that were. */
export function createPartitionsAhead(): Promise<number> {
  return callFunction<number>('create_partitions_ahead', {})
}
