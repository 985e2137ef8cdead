import 'server-only'
import type { Redis } from '@upstash/redis/cloudflare'
import type { Lane } from '../contracts/dead-letters'
import type { ProjectId } from '../core/ids'
import { monotonicMs, nowMs } from '../platform/clock'
import { writeLog } from '../platform/log'
import { countMetric } from '../platform/metrics'
import { readRedis, toRedisError } from '../platform/redis'
import { judgeDurability, type Undurable } from './durability'
import { toEntries } from './spill-batch'
import { addEntries } from './spill-scripts'
import { waitUntilWritten } from './wait-until-written'

/** Why rows were not spilled; each is a metric label. `full`: as many rows wait as may. */
export type SpillRefusal = 'no_redis' | 'redis_away' | 'full' | Undurable
export type SpillOutcome = { ok: true } | { ok: false; reason: SpillRefusal }

/** Rows that may wait: about an hour of 300 events/s, 0.4 GB of Redis' memory (370 bytes each, measured). */
export const SPILL_ROWS_MAX = 1_000_000
/** So long a Redis counts as durable without being asked again: settings of a running server change by hand only. */
const DURABLE_FOR_MS = 60_000
/** A Redis that refused or failed is left alone for so long, so that an outage of both costs each request no second wait. */
const PAUSE_MS = 2_000

type Spill = (lane: Lane, projectId: ProjectId, rows: readonly object[]) => Promise<SpillOutcome>

/**
 * Makes a function that keeps rows in Redis until the store is back. `ok` is said only after Redis took all of them and
 * wrote them to its file, and only by a Redis that keeps what it took (`judgeDurability`), asked before the first rows, each
 * minute and after a failure.
 * Never rejects. Rows of which it says `redis_away` may have been taken all the same; whoever sends them again does no harm.
 */
export function createSpill({ rowsMax = SPILL_ROWS_MAX } = {}): Spill {
  let durableUntilMs = 0
  let refusal: { reason: SpillRefusal; untilMs: number } | undefined

  async function spill(redis: Redis, lane: Lane, projectId: ProjectId, rows: readonly object[]): Promise<SpillOutcome> {
    if (monotonicMs() >= durableUntilMs) {
      const durability = judgeDurability(String(await redis.exec(['INFO'])))
      if (!durability.ok) return durability
      durableUntilMs = monotonicMs() + DURABLE_FOR_MS
    }
    const batch = { lane, projectId, rows: rows as Record<string, unknown>[], spilledMs: nowMs(), failures: 0 }
    for (const entry of toEntries(batch)) {
      if (!(await addEntries(redis, [entry], rowsMax))) return { ok: false, reason: 'full' }
    }
    await waitUntilWritten(redis)
    return { ok: true }
  }

  function refuse(reason: SpillRefusal, cause?: string): SpillOutcome {
    durableUntilMs = 0
    if (reason !== refusal?.reason) writeLog('error', { event: 'spill_refused', reason, cause })
    refusal = { reason, untilMs: monotonicMs() + PAUSE_MS }
    return { ok: false, reason }
  }

  async function trySpill(lane: Lane, projectId: ProjectId, rows: readonly object[]): Promise<SpillOutcome> {
    const redis = readRedis()
    if (!redis) return { ok: false, reason: 'no_redis' }
    if (refusal && monotonicMs() < refusal.untilMs) return { ok: false, reason: refusal.reason }
    try {
      const outcome = await spill(redis, lane, projectId, rows)
      if (!outcome.ok) return refuse(outcome.reason)
      refusal = undefined
      return outcome
    } catch (error) {
      return refuse('redis_away', toRedisError(error).message)
    }
  }

  return async (lane, projectId, rows) => {
    const outcome = await trySpill(lane, projectId, rows)
    const result = outcome.ok ? 'spilled' : outcome.reason
    countMetric('growth_spill_rows_total', 'Rows offered to the spill.', { result }, rows.length)
    return outcome
  }
}

/** The spill of this module graph. */
export const spillRows: Spill = createSpill()
