import 'server-only'
import { readRedis } from '../platform/redis'
import { SPILL_KEY, SPILL_ROWS_KEY } from './spill-keys'

/** What waits in the spill of the whole install; `oldestMs` is the Unix ms at which the first of it came, null when it is empty. */
export type SpillDepth = { entries: number; rows: number; oldestMs: number | null }

/** What waits for the store; null without a Redis, or while it does not answer. */
export async function readSpillDepth(): Promise<SpillDepth | null> {
  const redis = readRedis()
  if (!redis) return null
  try {
    const [entries, rows, first] = await redis
      .pipeline()
      .xlen(SPILL_KEY)
      .get(SPILL_ROWS_KEY)
      .xrange(SPILL_KEY, '-', '+', 1)
      .exec<[number, string | null, [id: string, fields: unknown][]]>()
    if (entries === 0) return { entries, rows: 0, oldestMs: null }
    return { entries, rows: Number(rows), oldestMs: Number(first[0]?.[0].split('-')[0]) }
  } catch {
    // Unknown is an answer here: whoever shows it says so, and what needs Redis reports its absence.
    return null
  }
}
