import { monotonicMs } from '../platform/clock'
import { callFunction, readStoreCode } from './client'

/** What one run let go. */
export type Purged = {
  /** Names of dropped monthly partitions. */
  partitions: string[]
  /** By table: rows deleted. */
  rows: Record<string, number>
  /** Salts of days that began 48 hours ago or earlier. */
  salts: number
  /** Figures of ingestion more than 30 days old. */
  minutes: number
  /** False when the time ran out or a lock was busy: the next run goes on. */
  isDone: boolean
}

/** One run works so long. */
const BUDGET_MS = 15_000
/** `lock_not_available`: somebody was at work in the table. */
const BUSY = '55P03'

/**
 * Lets go what every project has outlived: whole months first, then rows a chunk at a time; besides old salts and figures. Never
 * touches the counts by hour. Safe to run at any time, any number of times at once; `nowMs` ahead of the store's clock
 * counts as that.
 */
export async function purgeExpired(
  nowMs: number,
  { budgetMs = BUDGET_MS, rowsPerCall }: { budgetMs?: number; rowsPerCall?: number } = {},
): Promise<Purged> {
  const endMs = monotonicMs() + budgetMs
  const purged: Purged = {
    partitions: [],
    rows: {},
    salts: await callFunction<number>('purge_visitor_salts', {}),
    minutes: await callFunction<number>('purge_ingest_minutes', { p_now: nowMs }),
    isDone: false,
  }
  for (;;) {
    const outcome = await dropPartition(nowMs)
    if (outcome === null) break
    if (outcome === 'busy') return purged
    purged.partitions.push(outcome.dropped)
    if (monotonicMs() >= endMs) return purged
  }
  while (monotonicMs() < endMs) {
    const chunk = await callFunction<{ table: string; count: number } | null>('purge_expired_rows', {
      p_now: nowMs,
      ...(rowsPerCall && { p_rows: rowsPerCall }),
    })
    if (!chunk) return { ...purged, isDone: true }
    purged.rows[chunk.table] = (purged.rows[chunk.table] ?? 0) + chunk.count
  }
  return purged
}

async function dropPartition(nowMs: number): Promise<{ dropped: string } | 'busy' | null> {
  try {
    const dropped = await callFunction<string | null>('drop_expired_partition', { p_now: nowMs })
    return dropped === null ? null : { dropped }
  } catch (error) {
    if (readStoreCode(error) === BUSY) return 'busy'
    throw error
  }
}
