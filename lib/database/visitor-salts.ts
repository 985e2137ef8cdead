import { DAY_MS } from '../core/time-range'
import { nowMs } from '../platform/clock'
import { countMetric } from '../platform/metrics'
import { callFunction } from './client'

/** An event does not wait longer for the day's salt. */
const DEADLINE_MS = 1_000
/** So long nobody asks again after the store did not answer. */
const PAUSE_MS = 5_000

type Read = (day: number, signal: AbortSignal) => Promise<string>
const readFromStore: Read = (day, signal) => callFunction<string>('get_visitor_salt', { p_day: day }, signal)

/**
 * Remembers the salts that `read` gives, one read for concurrent askers. A salt is forgotten when the store destroys it: at
 * the end of the day after its own. After a read that failed the answer is null for some seconds without asking.
 */
export function createSaltCache(read: Read = readFromStore): (day: number) => Promise<string | null> {
  const salts = new Map<number, Promise<string | null>>()
  const pausedUntilMs = new Map<number, number>()

  return async (day) => {
    const today = Math.floor(nowMs() / DAY_MS)
    if (!Number.isSafeInteger(day) || Math.abs(day - today) > 1) return null
    for (const map of [salts, pausedUntilMs]) for (const held of map.keys()) if (held < today - 1) map.delete(held)
    const known = salts.get(day)
    if (known) return known
    if ((pausedUntilMs.get(day) ?? 0) > nowMs()) return null
    const asked = read(day, AbortSignal.timeout(DEADLINE_MS)).catch(() => {
      // Whoever counts people goes on without the key; the row itself must not wait.
      countMetric('growth_visitor_salt_failures_total', 'Salts of the day that the store did not give.', {}, 1)
      salts.delete(day)
      pausedUntilMs.set(day, nowMs() + PAUSE_MS)
      return null
    })
    salts.set(day, asked)
    return asked
  }
}

/**
 * The salt of a UTC day (days since 1970), 64 hex digits, the same for the whole install; null for a day whose salt does not
 * exist yet or was destroyed, and while the store is away. Never rejects.
 */
export const readVisitorSalt = createSaltCache()
