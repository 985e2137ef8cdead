import { MINUTE_MS, type TimeRange } from '../../core/time-range'

/** What was counted in one minute, by name. */
export type CountedMinute = { minuteMs: number; counts: Readonly<Record<string, number>> }

/** Names that are always said, 0 included; parts such as `rejected.too_old` only when they occurred. */
const NAMES = ['received', 'accepted', 'duplicate', 'spilled', 'drained', 'parked', 'truncated', 'dropped_by_client']
/** A state, not a count: it does not add up over minutes. */
const QUEUE_ROWS = 'queue_rows'

/** The last `minutes` whole minutes, the one that `nowMs` lies in included. */
export function toMinuteRange(minutes: number, nowMs: number): TimeRange {
  const toMs = nowMs - (nowMs % MINUTE_MS) + MINUTE_MS
  return { fromMs: toMs - minutes * MINUTE_MS, toMs }
}

/** The sum by name over all minutes. */
export function toIngestTotals(minutes: readonly CountedMinute[]): Record<string, number> {
  const totals: Record<string, number> = Object.fromEntries(NAMES.map((name) => [name, 0]))
  for (const { counts } of minutes) {
    for (const [name, count] of Object.entries(counts)) {
      if (name !== QUEUE_ROWS) totals[name] = (totals[name] ?? 0) + count
    }
  }
  return totals
}

/** One point per minute of the range, in order; quiet minutes are zeros. */
export function toIngestSeries(minutes: readonly CountedMinute[], { fromMs, toMs }: TimeRange) {
  const known = new Map(minutes.map(({ minuteMs, counts }) => [minuteMs, counts]))
  return Array.from({ length: (toMs - fromMs) / MINUTE_MS }, (_, index) => {
    const minuteMs = fromMs + index * MINUTE_MS
    const counts = known.get(minuteMs) ?? {}
    const { received = 0, accepted = 0, duplicate = 0, bot = 0, spilled = 0 } = counts
    return { minuteMs, received, accepted, duplicate, rejected: sumOf(counts, 'rejected.'), bot, spilled }
  })
}

/** Rows in memory on their way to the store, by the latest of the last two minutes that says; null when none does. */
export function toQueueRows(minutes: readonly CountedMinute[], toMs: number): number | null {
  const latest = minutes.filter(({ minuteMs, counts }) => minuteMs >= toMs - 2 * MINUTE_MS && QUEUE_ROWS in counts)
  return latest.at(-1)?.counts[QUEUE_ROWS] ?? null
}

function sumOf(counts: Readonly<Record<string, number>>, prefix: string): number {
  return Object.entries(counts).reduce((sum, [name, count]) => (name.startsWith(prefix) ? sum + count : sum), 0)
}
