import { randomBytes } from 'node:crypto'
import type { Env } from '../../lib/platform/env.ts'
import { type Child, startChild } from './children.ts'

export type RedisBridge = {
  child: Child
  /** What the product needs to speak to it, as if it were Upstash. */
  env: { UPSTASH_REDIS_REST_URL: string; UPSTASH_REDIS_REST_TOKEN: string }
}

/**
 * Starts the bridge to the plain Redis of REDIS_URL and waits until it listens; whether Redis is there is not asked, as the
 * product runs without it. Null when there is no REDIS_URL, or an Upstash Redis instead.
 */
export async function startRedisBridge({ REDIS_URL, UPSTASH_REDIS_REST_URL }: Env): Promise<RedisBridge | null> {
  if (!REDIS_URL || UPSTASH_REDIS_REST_URL) return null
  const token = randomBytes(24).toString('base64url')
  let answer: (url: string) => void = () => {}
  const ready = new Promise<string>((resolve) => {
    answer = resolve
  })
  const child = startChild({
    name: 'The Redis bridge',
    args: ['scripts/redis-bridge.ts'],
    env: { ...process.env, REDIS_URL, REDIS_BRIDGE_TOKEN: token },
    onMessage: (message) => answer((message as { url: string }).url),
  })
  const how = await Promise.race([ready, child.ended.then((end) => ({ end }))])
  if (typeof how !== 'string') throw new Error(`${child.name} could not start (${how.end}).`)
  return { child, env: { UPSTASH_REDIS_REST_URL: how, UPSTASH_REDIS_REST_TOKEN: token } }
}
