import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { CollectServices } from '@/lib/collect/collect'
import type { Sender } from '@/lib/collect/collect-request'
import { readEnv } from '@/lib/platform/env'
import { createRateLimit, type RateLimitOptions, type RateLimitResult } from '@/lib/platform/rate-limit'
import { readRedis } from '@/lib/platform/redis'
import { createSharedRateLimit } from '@/lib/platform/shared-rate-limit'

/** A limiter that Redis keeps waiting longer goes on without it. */
const LIMIT_REDIS_DEADLINE_MS = 300

/**
 * A secret key may send far more than its promised 200 requests/s: the limit only stops a runaway sender. A publishable key
 * speaks for all visitors of a site; one address for some hundred of them behind one gateway, each sending every 5 s. Over all
 * instances where there is a Redis.
 */
export function createTakeToken(): CollectServices<unknown>['takeToken'] {
  const secret = createCollectLimit('secret', { perSecond: 5_000, burst: 10_000 })
  const publishable = createCollectLimit('publishable', { perSecond: 2_000, burst: 4_000 })
  const address = createCollectLimit('address', { perSecond: 100, burst: 500, keysMax: 50_000 })
  return async ({ kind, project }: Sender, from, atMs) => {
    if (kind === 'secret') return secret(String(project.id), atMs)
    const byAddress = from === null ? { ok: true as const } : await address(from, atMs)
    return byAddress.ok ? publishable(String(project.id), atMs) : byAddress
  }
}

// Addresses of visitors stay out of Redis and of its file: what is written there is a hash under a secret that all instances
// share and Redis does not know.
function toSharedKey(key: string): string {
  return bytesToHex(hmac(sha256, utf8ToBytes(readEnv().SUPABASE_SERVICE_KEY ?? ''), utf8ToBytes(key))).slice(0, 32)
}

// No process alone may let through more than all together, so its own bucket is asked first, and goes on holding when Redis is
// away: then Redis allows.
function createCollectLimit(name: string, options: RateLimitOptions) {
  const own = createRateLimit(options)
  const readLimitRedis = () => readRedis(LIMIT_REDIS_DEADLINE_MS)
  const shared = createSharedRateLimit({
    ...options,
    name: `collect:${name}`,
    onStoreFailure: 'allow',
    readRedis: readLimitRedis,
  })
  return (key: string, atMs: number): RateLimitResult | Promise<RateLimitResult> => {
    const result = own.take(key, atMs)
    return result.ok && readLimitRedis() ? shared.take(toSharedKey(key), atMs) : result
  }
}
