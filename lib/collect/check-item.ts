import type { z } from 'zod'
import type { RejectReason } from '../contracts/collect-answer'
import { ITEM_AGE_MS_MAX, ITEM_AHEAD_MS_MAX } from '../contracts/collect-limits'
import type { RowContext } from './collect-request'
import type { Scrubbed } from './storable-text'

/** The item as an object; null when it is none. */
export function toRecord(item: unknown): Readonly<Record<string, unknown>> | null {
  return typeof item === 'object' && item !== null && !Array.isArray(item) ? (item as Record<string, unknown>) : null
}

/** Free JSON of an item, scrubbed: null inside for absent or null JSON, null for what is there and no object. */
export function toOptionalJson<Value>(
  given: unknown,
  scrub: (value: unknown) => Scrubbed<Value> | null,
): Scrubbed<Value | null> | null {
  return given === undefined || given === null ? { value: null, cutCount: 0 } : scrub(given)
}

/**
 * Step: one item against its schema. Of several faults the first of id, timestamp and the rest is named; free JSON is
 * no part of a schema but the scrubber's, which is bounded in depth. With a publishable key the timestamp must lie within the last 7 days and at most a minute ahead.
 */
export function checkItem<Schema extends z.ZodType<{ timestamp: number }>>(
  schema: Schema,
  item: unknown,
  { sender, receivedMs }: Pick<RowContext, 'sender' | 'receivedMs'>,
): { ok: true; item: z.output<Schema> } | { ok: false; reason: RejectReason } {
  const parsed = schema.safeParse(item)
  if (!parsed.success) return { ok: false, reason: toReason(parsed.error.issues) }
  const { timestamp } = parsed.data
  // What a Date can hold; beyond it Postgres has no instant either.
  if (Math.abs(timestamp) > 8.64e15) return { ok: false, reason: 'invalid_timestamp' }
  if (sender.kind === 'publishable') {
    if (timestamp < receivedMs - ITEM_AGE_MS_MAX) return { ok: false, reason: 'too_old' }
    if (timestamp > receivedMs + ITEM_AHEAD_MS_MAX) return { ok: false, reason: 'in_future' }
  }
  return { ok: true, item: parsed.data }
}

function toReason(issues: readonly { path: readonly PropertyKey[] }[]): RejectReason {
  const fields = new Set(issues.map(({ path }) => path[0]))
  if (fields.has('id')) return 'invalid_id'
  if (fields.has('timestamp')) return 'invalid_timestamp'
  return 'invalid_event'
}
