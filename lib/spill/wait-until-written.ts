import type { Redis } from '@upstash/redis/cloudflare'
import { monotonicMs } from '../platform/clock'
import { readUnwritten } from './durability'

const ASK_EVERY_MS = 5
/** Redis holds nothing back for longer than two seconds. */
const TIMEOUT_MS = 3_000

/**
 * Settles when everything Redis had acknowledged is in its append-only file, so that killing it loses none of it. Against a
 * power cut the file must be on the disk as well: `appendfsync always` does that, `everysec` within a second. Rejects
 * when Redis fails, or does not get there in time.
 */
export async function waitUntilWritten(redis: Redis): Promise<void> {
  const lastMs = monotonicMs() + TIMEOUT_MS
  let goalBytes: number | undefined
  for (;;) {
    const state = readUnwritten(String(await redis.exec(['INFO', 'persistence'])))
    // Others write meanwhile, so it may never hold nothing; that the file has grown past the first goal is enough.
    if (!state || state.heldBytes === 0 || (goalBytes !== undefined && state.fileBytes >= goalBytes)) return
    goalBytes ??= state.goalBytes
    if (monotonicMs() > lastMs) throw new Error('Redis holds back what it acknowledged')
    await new Promise((wake) => setTimeout(wake, ASK_EVERY_MS))
  }
}
