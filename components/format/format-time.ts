import { type Bucket, DAY_MS, HOUR_MS } from '@/lib/core/time-range'

const formats = new Map<string, Intl.DateTimeFormat>()

function formatIn(timezone: string | undefined, options: Intl.DateTimeFormatOptions, atMs: number): string {
  const key = `${timezone ?? ''}|${JSON.stringify(options)}`
  let format = formats.get(key)
  if (!format) {
    format = new Intl.DateTimeFormat('en', { hourCycle: 'h23', ...options, ...(timezone && { timeZone: timezone }) })
    formats.set(key, format)
  }
  return format.format(atMs)
}

const DAY = { month: 'short', day: 'numeric' } as const
const CLOCK = { hour: '2-digit', minute: '2-digit' } as const

/** The label under a bucket on an axis: `14:00` for hours, `Nov 14` for days, in the report's time zone. */
export function formatBucketTick(startMs: number, bucket: Bucket, timezone: string): string {
  return formatIn(timezone, bucket === 'hour' ? CLOCK : DAY, startMs)
}

/** The full name of a bucket: `Sat, Nov 14` or `Sat, Nov 14, 14:00–15:00`, in the report's time zone. */
export function formatBucket(startMs: number, bucket: Bucket, timezone: string): string {
  const day = formatIn(timezone, { weekday: 'short', ...DAY }, startMs)
  if (bucket === 'day') return day
  return `${day}, ${formatIn(timezone, CLOCK, startMs)}–${formatIn(timezone, CLOCK, startMs + HOUR_MS)}`
}

/** A day with its year: `Nov 14, 2026`, in `timezone`. */
export function formatDay(atMs: number, timezone?: string): string {
  return formatIn(timezone, { ...DAY, year: 'numeric' }, atMs)
}

/** A span of whole or part days: `Nov 14 – Nov 21`, with years where they differ; hours when shorter than two days. */
export function formatSpan(fromMs: number, toMs: number, timezone: string): string {
  const isShort = toMs - fromMs <= 2 * DAY_MS
  const yearOf = (atMs: number) => formatIn(timezone, { year: 'numeric' }, atMs)
  const options = {
    ...DAY,
    ...(yearOf(fromMs) !== yearOf(toMs) && { year: 'numeric' as const }),
    ...(isShort && CLOCK),
  }
  return `${formatIn(timezone, options, fromMs)} – ${formatIn(timezone, options, toMs)}`
}

/** A time of day with seconds, in the viewer's own zone: for "updated at", in the browser only. */
export function formatClock(atMs: number): string {
  return formatIn(undefined, { ...CLOCK, second: '2-digit' }, atMs)
}
