import 'server-only'
import { readRedis } from '../platform/redis'
import { judgeDurability } from './durability'
import { SPILL_ROWS_KEY } from './spill-keys'
import { SPILL_ROWS_MAX, type SpillRefusal } from './spill-rows'

/** Whether rows could be spilled now, and why not. */
export type SpillCheck = { status: 'ok' } | { status: 'degraded'; reason: SpillRefusal }

const DEADLINE_MS = 1_000

/** Asks the Redis of the settings whether it would take rows and keep them; null without one. Never rejects. */
export async function readSpillCheck(): Promise<SpillCheck | null> {
  const redis = readRedis(DEADLINE_MS)
  if (!redis) return null
  try {
    const [info, rows] = await Promise.all([redis.exec(['INFO']), redis.get<string>(SPILL_ROWS_KEY)])
    const durability = judgeDurability(String(info))
    if (!durability.ok) return { status: 'degraded', reason: durability.reason }
    return Number(rows) < SPILL_ROWS_MAX ? { status: 'ok' } : { status: 'degraded', reason: 'full' }
  } catch {
    return { status: 'degraded', reason: 'redis_away' } // which is the answer
  }
}
