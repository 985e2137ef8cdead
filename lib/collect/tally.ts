import type { RejectReason } from '../contracts/collect-answer'
import { ITEM_AGE_MS_MAX } from '../contracts/collect-limits'
import type { RowFate } from './event-sink'

/** What counting needs of a row, whatever it measures. */
export type CountedRow = { timestamp: number; botReasons?: readonly string[] | null }

/** What one batch adds to the figures of its project. */
export type Tally = {
  /** By name, as `GET /api/ingest/health` lists them; only what is above 0. */
  counts: Readonly<Record<string, number>>
  /** For each row committed now: ms from its happening. */
  lagsMs: readonly number[]
}

export type CountedBatch = {
  received: number
  rejected: readonly { reason: RejectReason }[]
  rows: readonly CountedRow[]
  /** One per row. */
  fates: readonly RowFate[]
  /** Properties that were cut or shortened. */
  cutCount: number
  /** Items the sender says it had to give up. */
  droppedByClient: number
  nowMs: number
}

/**
 * Counts a batch that was answered for. Marked bots are accepted rows like others, and counted by each of their reasons besides;
 * a parked row is among the rejected ones as well, as it is in the answer. What happened more than a week ago is an import: its age says nothing about ingestion and is left out of the lag.
 */
export function tallyBatch({ received, rejected, rows, fates, cutCount, droppedByClient, nowMs }: CountedBatch): Tally {
  const counts: Record<string, number> = {}
  const lagsMs: number[] = []
  const count = (name: string, value = 1) => {
    if (value > 0) counts[name] = (counts[name] ?? 0) + value
  }
  count('received', received)
  count('truncated', cutCount)
  count('dropped_by_client', droppedByClient)
  for (const { reason } of rejected) count(`rejected.${reason}`)
  for (const [index, row] of rows.entries()) {
    const fate = fates[index] as RowFate
    if (fate !== 'refused') count(fate === 'spilled' ? 'accepted' : fate)
    if (fate === 'spilled') count('spilled')
    if (fate !== 'accepted' && fate !== 'spilled') continue
    if (row.botReasons) count('bot')
    for (const reason of row.botReasons ?? []) count(`bot.${reason}`)
    const lagMs = Math.max(0, nowMs - row.timestamp)
    if (fate === 'accepted' && lagMs <= ITEM_AGE_MS_MAX) lagsMs.push(lagMs)
  }
  return { counts, lagsMs }
}
