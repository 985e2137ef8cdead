import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '@/lib/core/errors'
import { monotonicMs } from '@/lib/platform/clock'
import { drainSpill } from '@/lib/spill/drain-spill'

/** Rows that wait are given so long to reach the store. */
const BUDGET_MS = 20_000
const PAUSE_MS = 250

/**
 * Brings what waits in the spill to the store, so that an erasure finds it, links included. Throws `store_unavailable` when
 * something still waits after some seconds: a receipt must not be given while rows lie elsewhere.
 */
export async function emptySpill(): Promise<void> {
  const endMs = monotonicMs() + BUDGET_MS
  while ((await drainSpill()).left > 0) {
    if (monotonicMs() >= endMs) {
      throw new AppError('store_unavailable', 'Rows still wait outside the store; erase again when they are in.', {
        retryAfterMs: 10_000,
      })
    }
    await delay(PAUSE_MS)
  }
}
