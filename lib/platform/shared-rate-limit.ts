import type { Redis } from '@upstash/redis/cloudflare'
import { monotonicMs } from './clock'
import { toLogText, writeLog } from './log'
import { createRateLimit, type RateLimitOptions, type RateLimitResult } from './rate-limit'
import { toRedisError } from './redis'

export type SharedRateLimitOptions = RateLimitOptions & {
  /** Tells limits apart; part of the key in Redis. */
  name: string
  /**
   * While Redis is away: `allow` and `deny` everything, or `local`: hold the same limit in this process alone, so that several
   * processes together let through a multiple of it, but none lets through everything.
   */
  onStoreFailure: 'allow' | 'deny' | 'local'
  /** A client whose calls end soon, such as `readRedis(300)`; null, or a null answer, is no Redis: then the limit is local. */
  readRedis: () => Redis | null
}

export type SharedRateLimit = {
  /** Spends one token of `key`, or refuses without spending. Never rejects. */
  take(key: string, nowMs: number): Promise<RateLimitResult>
}

/** A process takes so much of a bucket at a time, and brings back what it has not spent within a second. */
const LEASE_RATIO = 0.02
const LEASE_MS = 1_000
/** After a failure Redis is not asked for so long. */
const PAUSE_MS = 5_000
/** A key that was refused is refused without asking for so long, unless its next handful is there sooner. */
const REFUSED_MS = 20

/**
 * Brings ARGV[4] tokens back to the bucket of KEYS[1] and takes up to ARGV[3] whole ones, at the server's time. ARGV[1]: ms of
 * inflow that one token costs, ARGV[2]: ms of a full bucket. Answers { tokens, ms until the next one }.
 */
const TAKE = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local cost, full = tonumber(ARGV[1]), tonumber(ARGV[2])
local bucket = redis.call('HMGET', KEYS[1], 'credit', 'at')
local credit, at = tonumber(bucket[1]) or full, tonumber(bucket[2]) or now
credit = math.min(full, credit + math.max(0, now - at) + tonumber(ARGV[4]) * cost)
local taken = math.min(tonumber(ARGV[3]), math.floor(credit / cost + 1e-9))
credit = credit - taken * cost
redis.call('HSET', KEYS[1], 'credit', string.format('%.6f', credit), 'at', string.format('%.0f', math.max(at, now)))
redis.call('PEXPIRE', KEYS[1], math.ceil(full - credit) + 1000)
return { taken, math.ceil(cost - credit) }`

type Lease = {
  tokens: number
  untilMs: number
  refusedUntilMs: number
  /** Who waits for the answer under way. */
  waiting: number
  pending: Promise<void> | null
}

/**
 * The token bucket of `createRateLimit`, shared by all processes through Redis. Tokens come out of one bucket by the handful
 * (2 % of the burst), so that a busy key costs a round trip per handful. Pro: counted from a full bucket, all processes
 * together never let through more than burst plus inflow. Con: the first request of a handful waits for Redis; the bucket may
 * fill up while a handful is out, so a window that begins then sees up to one handful more per process.
 *
 * When Redis fails one request waits for its deadline, later ones not at all for five seconds; `onStoreFailure` says what
 * becomes of them.
 * Source: https://en.wikipedia.org/wiki/Token_bucket#Algorithm
 */
export function createSharedRateLimit(options: SharedRateLimitOptions): SharedRateLimit {
  const { perSecond, burst, name, keysMax = 10_000 } = options
  const costMs = 1_000 / perSecond
  const handful = Math.max(1, Math.floor(burst * LEASE_RATIO))
  const local = createRateLimit(options)
  const leases = new Map<string, Lease>()
  let pausedUntilMs = 0

  /** The lease of a key, which counts as used by that: the one unused for longest makes room. */
  function touch(key: string): Lease {
    const known = leases.get(key)
    if (known) leases.delete(key)
    else if (leases.size >= keysMax) leases.delete(leases.keys().next().value as string)
    const lease = known ?? { tokens: 0, untilMs: 0, refusedUntilMs: 0, waiting: 0, pending: null }
    leases.set(key, lease)
    return lease
  }

  /** Fills the lease, or notes until when there is nothing: one call to Redis for all who wait. Never rejects. */
  async function refill(redis: Redis, key: string, lease: Lease): Promise<void> {
    const unspent = lease.tokens
    lease.tokens = 0
    const args = [costMs, burst * costMs, Math.max(handful, lease.waiting), unspent].map(String)
    try {
      const [taken, waitMs] = (await redis.eval(TAKE, [`growth:limit:${name}:${key}`], args)) as [number, number]
      const atMs = monotonicMs()
      lease.tokens = taken
      lease.untilMs = atMs + LEASE_MS
      lease.refusedUntilMs = taken > 0 ? 0 : atMs + Math.max(waitMs, Math.min(REFUSED_MS, handful * costMs))
    } catch (error) {
      if (monotonicMs() >= pausedUntilMs) {
        writeLog('warning', { event: 'rate_limit_not_shared', limit: name, cause: toLogText(toRedisError(error)) })
      }
      pausedUntilMs = monotonicMs() + PAUSE_MS
    }
    lease.pending = null
  }

  function decideAlone(key: string, nowMs: number): RateLimitResult {
    switch (options.onStoreFailure) {
      case 'allow':
        return { ok: true }
      case 'deny':
        return { ok: false, reason: 'rate_limited', retryAfterMs: PAUSE_MS }
      case 'local':
        return local.take(key, nowMs)
    }
  }

  return {
    async take(key, nowMs) {
      const redis = options.readRedis()
      if (!redis) return local.take(key, nowMs)
      const lease = touch(key)
      for (;;) {
        const atMs = monotonicMs()
        if (lease.tokens > 0 && atMs < lease.untilMs) {
          lease.tokens -= 1
          return { ok: true }
        }
        if (atMs < lease.refusedUntilMs) {
          return { ok: false, reason: 'rate_limited', retryAfterMs: Math.ceil(lease.refusedUntilMs - atMs) }
        }
        if (atMs < pausedUntilMs) return decideAlone(key, nowMs)
        lease.waiting += 1
        // Begun a moment later, so that all who ask in this turn are counted.
        lease.pending ??= Promise.resolve().then(() => refill(redis, key, lease))
        await lease.pending
        lease.waiting -= 1
      }
    },
  }
}
