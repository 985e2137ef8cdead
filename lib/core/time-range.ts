export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000

/** The ranges a report can be asked for by name, each the last so many times 24 hours up to now. */
export const RANGES = ['24h', '7d', '30d', '90d'] as const
export type RangeName = (typeof RANGES)[number]

/** `[fromMs, toMs)` in Unix milliseconds. */
export type TimeRange = { fromMs: number; toMs: number }
export type Bucket = 'hour' | 'day'

const RANGE_MS: Readonly<Record<RangeName, number>> = {
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
  '90d': 90 * DAY_MS,
}

/** The named range that ends at `nowMs`, exclusive of that very millisecond's successor: now itself is inside. */
export function toTimeRange(range: RangeName, nowMs: number): TimeRange {
  return { fromMs: nowMs + 1 - RANGE_MS[range], toMs: nowMs + 1 }
}

/** The range of the same length that ends where this one begins. */
export function toPreviousRange({ fromMs, toMs }: TimeRange): TimeRange {
  return { fromMs: fromMs - (toMs - fromMs), toMs: fromMs }
}

/** Hours up to two days, days beyond: at most 48 or some 90 points for the named ranges. */
export function toBucket({ fromMs, toMs }: TimeRange): Bucket {
  return toMs - fromMs <= 2 * DAY_MS ? 'hour' : 'day'
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS }

/** Milliseconds of a duration such as `30m`, `1.5h`, `14d`, `-1d`; units `s m h d w`. Null when it is not one. */
export function parseDurationMs(text: string): number | null {
  const match = /^(-?\d+(?:\.\d+)?)([smhdw])$/.exec(text.trim())
  if (!match) return null
  const durationMs = Number(match[1]) * (UNIT_MS[match[2] as string] as number)
  return Number.isFinite(durationMs) ? Math.round(durationMs) : null
}

/** Unix milliseconds of an ISO 8601 instant with offset (or `Z`), or of an integer of ms; null when it is neither. */
export function parseInstantMs(value: string | number): number | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : null
  if (/^-?\d{1,16}$/.test(value)) return parseInstantMs(Number(value))
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/i.test(value)) return null
  const ms = Date.parse(value)
  return Number.isNaN(ms) ? null : ms
}
