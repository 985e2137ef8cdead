import { readStoreCode } from '../database/client'
import { createPartitions } from '../database/partitions'

/** Months that an import may add; the rows of further ones stay in the default partition, where they count all the same. */
const MONTHS_MAX = 240
/** SQLSTATE of a lock that stayed busy. */
const LOCK_NOT_AVAILABLE = '55P03'

/** Makes the partitions of these instants before their rows come. */
export type EnsurePartitions = (timestampsMs: Iterable<number>) => Promise<void>

/**
 * One import's `EnsurePartitions`: each month (UTC) once. Where a lock is busy the rows go to the default partition and are moved
 * out of it when the month is made.
 */
export function createEnsurePartitions(nowMs: number): EnsurePartitions {
  const known = new Set<number>()
  return async (timestampsMs) => {
    for (const timestampMs of timestampsMs) {
      const month = toMonth(timestampMs)
      if (known.has(month) || known.size >= MONTHS_MAX || !isOrdinary(timestampMs, nowMs)) continue
      known.add(month)
      try {
        await createPartitions({ fromMs: timestampMs, toMs: timestampMs + 1 })
      } catch (error) {
        if (readStoreCode(error) !== LOCK_NOT_AVAILABLE) throw error
      }
    }
  }
}

function toMonth(timestampMs: number): number {
  const date = new Date(timestampMs)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

// A month of a wrong clock is not worth six tables.
function isOrdinary(timestampMs: number, nowMs: number): boolean {
  return timestampMs >= Date.UTC(1990, 0) && timestampMs < nowMs + 366 * 86_400_000
}
