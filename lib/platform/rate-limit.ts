/** A refusal says when a token will be there again. */
export type RateLimitResult = { ok: true } | { ok: false; reason: 'rate_limited'; retryAfterMs: number }

export type RateLimitOptions = {
  /** Tokens that flow in per second. */
  perSecond: number
  /** Tokens of a full bucket: what may be spent at once. */
  burst: number
  /** Buckets kept; the one unused for longest makes room, and its owner starts with a full one again. */
  keysMax?: number
}

export type RateLimit = {
  /** Spends one token of `key` at the instant `nowMs`, or refuses without spending. */
  take(key: string, nowMs: number): RateLimitResult
  /** Returns one token of `key`, for an attempt that turned out not to count. */
  giveBack(key: string): void
}

/**
 * An exact token bucket per key, in this process. Pro: no store, no false refusal, a burst is what it says. Con: each
 * process counts for itself. A clock that runs backwards adds nothing and takes nothing.
 * Source: https://en.wikipedia.org/wiki/Token_bucket#Algorithm
 */
export function createRateLimit({ perSecond, burst, keysMax = 10_000 }: RateLimitOptions): RateLimit {
  // Maps keep insertion order: deleting and setting again on each use makes the first key the least recently used.
  // A bucket counts in milliseconds of inflow, so that whole milliseconds stay exact.
  const costMs = 1_000 / perSecond
  const fullMs = burst * costMs
  const buckets = new Map<string, { creditMs: number; atMs: number }>()

  return {
    take(key, nowMs) {
      const bucket = buckets.get(key)
      if (bucket) {
        buckets.delete(key)
        if (nowMs > bucket.atMs) {
          bucket.creditMs = Math.min(fullMs, bucket.creditMs + nowMs - bucket.atMs)
          bucket.atMs = nowMs
        }
      } else if (buckets.size >= keysMax) {
        buckets.delete(buckets.keys().next().value as string)
      }
      const current = bucket ?? { creditMs: fullMs, atMs: nowMs }
      buckets.set(key, current)
      if (current.creditMs >= costMs) {
        current.creditMs -= costMs
        return { ok: true }
      }
      return { ok: false, reason: 'rate_limited', retryAfterMs: Math.ceil(costMs - current.creditMs) }
    },
    giveBack(key) {
      const bucket = buckets.get(key)
      if (bucket) bucket.creditMs = Math.min(fullMs, bucket.creditMs + costMs)
    },
  }
}
