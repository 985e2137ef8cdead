// The build of the client that touches nothing of Node's: these modules run on the edge, too.
import { Redis } from '@upstash/redis/cloudflare'
import { type Env, readEnv } from './env'

/** No command takes longer, its answer included, where the caller asks for nothing else. */
export const REDIS_DEADLINE_MS = 2_000

let shared: { env: Env; clients: Map<number, Redis> } | undefined

/**
 * The Redis of the settings, spoken to over HTTP; null without one. Each call is one attempt that ends after `deadlineMs`,
 * and what was not answered may have happened all the same. Values come back as text, untouched.
 *
 * Failures reject with what `toRedisError` makes presentable: the client's own messages quote the whole command.
 */
export function readRedis(deadlineMs: number = REDIS_DEADLINE_MS): Redis | null {
  const env = readEnv()
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = env
  if (!url || !token) return null
  if (shared?.env !== env) shared = { env, clients: new Map() }
  let client = shared.clients.get(deadlineMs)
  if (!client) {
    client = createRedis(url, token, deadlineMs)
    shared.clients.set(deadlineMs, client)
  }
  return client
}

function createRedis(url: string, token: string, deadlineMs: number): Redis {
  return new Redis({
    url,
    token,
    // `retry: false` would still try twice.
    retry: { retries: 0, backoff: () => 0 },
    signal: () => AbortSignal.timeout(deadlineMs),
    automaticDeserialization: false,
    enableAutoPipelining: false,
    enableTelemetry: false,
  })
}

/** The failure without the command that caused it, which holds rows and keys of people. */
export function toRedisError(error: unknown): Error {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  const told = message.replace(/,? ?command was:.*$/s, '').slice(0, 300)
  return Object.assign(new Error(told), { name })
}
