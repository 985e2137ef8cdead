import { CLOCK_SKEW_MS_MAX } from '../contracts/collect-limits'
import type { CollectRequest, Sender } from './collect-request'

/**
 * Step: whether the sender's clock can be believed. The server never shifts a timestamp, as timestamps are part of the
 * keys: a batch whose clock is more than 5 minutes off goes back whole. A secret key's timestamps are taken as they are.
 */
export function checkClock(
  { batch, receivedMs }: CollectRequest,
  { kind }: Sender,
): { ok: true } | { ok: false; reason: 'missing_sent_at' | 'clock_skew' } {
  if (kind === 'secret') return { ok: true }
  if (batch.sentAt === undefined) return { ok: false, reason: 'missing_sent_at' }
  const isSkewed = Math.abs(receivedMs - batch.sentAt) > CLOCK_SKEW_MS_MAX
  return isSkewed ? { ok: false, reason: 'clock_skew' } : { ok: true }
}
