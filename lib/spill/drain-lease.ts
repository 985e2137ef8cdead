import 'server-only'
import type { Redis } from '@upstash/redis/cloudflare'
import { SPILL_LEASE_KEY } from './spill-keys'
import { releaseLease, renewLease } from './spill-scripts'

/** A drainer that was killed keeps the others waiting so long. */
const LEASE_MS = 5_000

export type DrainLease = {
  /** False once Redis said, or could not be asked in time, that it is somebody else's turn. */
  isHeld(): boolean
  release(): Promise<void>
}

/**
 * Takes the turn to empty the spill, or null when somebody has it. Renewed while held. It only spares work: two drainers at
 * once, say after one of them stood still, store every row once all the same.
 */
export async function takeDrainLease(redis: Redis, leaseMs: number = LEASE_MS): Promise<DrainLease | null> {
  const holder = crypto.randomUUID()
  if ((await redis.set(SPILL_LEASE_KEY, holder, { nx: true, px: leaseMs })) !== 'OK') return null
  let isHeld = true
  const timer = setInterval(() => {
    renewLease(redis, holder, leaseMs).then(
      (isRenewed) => {
        isHeld &&= isRenewed
      },
      () => {
        isHeld = false
      },
    )
  }, leaseMs / 3)
  return {
    isHeld: () => isHeld,
    async release() {
      clearInterval(timer)
      // When Redis is away now, the lease runs out by itself.
      await releaseLease(redis, holder).catch(() => {})
    },
  }
}
