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
  const buckets = new Map<string, { tokens: number; atMs: number }>()

  return {
    take(key, nowMs) {
      const bucket = buckets.get(key)
      if (bucket) {
        buckets.delete(key)
        if (nowMs > bucket.atMs) {
          bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.atMs) * perSecond) / 1_000)
          bucket.atMs = nowMs
        }
      } else if (buckets.size >= keysMax) {
        buckets.delete(buckets.keys().next().value as string)
      }
      const current = bucket ?? { tokens: burst, atMs: nowMs }
      buckets.set(key, current)
      if (current.tokens >= 1) {
        current.tokens -= 1
        return { ok: true }
      }
      return { ok: false, reason: 'rate_limited', retryAfterMs: Math.ceil(((1 - current.tokens) * 1_000) / perSecond) }
    },
    giveBack(key) {
      const bucket = buckets.get(key)
      if (bucket) bucket.tokens = Math.min(burst, bucket.tokens + 1)
    },
  }
}
