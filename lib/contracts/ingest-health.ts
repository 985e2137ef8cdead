import { z } from 'zod'

const count = z.int().min(0)
const ms = z.number().min(0).nullable()

/** Query of `GET /api/ingest/health`: the last so many minutes, the current one included. */
export const ingestHealthQuery = z.object({
  project: z.string().min(1).max(200).default('default'),
  minutes: z.coerce
    .number()
    .int()
    .min(1)
    .max(24 * 60)
    .default(60),
})

/** One minute; `rejected` is the sum over its reasons, `bot` counts marked rows. */
export const ingestMinuteCounts = z.object({
  minuteMs: z.int(),
  received: count,
  accepted: count,
  duplicate: count,
  rejected: count,
  bot: count,
  spilled: count,
})
export type IngestMinuteCounts = z.infer<typeof ingestMinuteCounts>

/**
 * Answer of `GET /api/ingest/health`: what became of what was sent. Counted by the collecting processes, which write every
 * few seconds; a process that is killed takes the last seconds of its counts along, never of its rows.
 */
export const ingestHealth = z.object({
  fromMs: z.int(),
  toMs: z.int(),
  /**
   * By name: `received`, `accepted`, `duplicate`, `spilled`, `drained`, `parked`, `truncated`, `dropped_by_client` (always there),
   * `rejected.<reason>`, `bot.<reason>`, `refused.<reason>` (whole batches; only those that occurred).
   */
  totals: z.record(z.string(), count),
  /** One entry per minute of the range, the quiet ones too. */
  series: z.array(ingestMinuteCounts),
  /** From the moment an event happened to its commit, ms, within 1 %; nulls without a row. */
  lagMs: z.object({ p50: ms, p95: ms, p99: ms, count }),
  /** Rows per transaction, within 1 %; nulls without one. */
  batchRows: z.object({ p50: ms, p95: ms, max: ms }),
  /** Rows that wait now. `spilled` and `oldestMs` (Unix ms) are of the whole install and null without a spill. */
  heldBack: z.object({ spilled: count.nullable(), oldestMs: z.int().nullable(), deadLetters: count }),
  /** Rows in memory on their way to the store, over all processes heard of in the last two minutes; null when none says. */
  queue: z.object({ rows: count.nullable() }),
  /** Collecting processes that wrote in the range. */
  instances: count,
})
export type IngestHealth = z.infer<typeof ingestHealth>
