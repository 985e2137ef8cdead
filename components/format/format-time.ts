import { type Bucket, DAY_MS, HOUR_MS, MINUTE_MS } from '@/lib/core/time-range'

/** What a bar or point of a chart stands for: a report's buckets, or single minutes. */
export type ChartBucket = Bucket | 'minute'

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

/** The label under a bucket on an axis: `14:00` for hours and minutes, `Nov 14` for days, in the report's time zone. */
export function formatBucketTick(startMs: number, bucket: ChartBucket, timezone: string): string {
  return formatIn(timezone, bucket === 'day' ? DAY : CLOCK, startMs)
}

/** The full name of a bucket: `Sat, Nov 14`, `Sat, Nov 14, 14:00–15:00` or `Sat, Nov 14, 14:05`, in the report's time zone. */
export function formatBucket(startMs: number, bucket: ChartBucket, timezone: string): string {
  const day = formatIn(timezone, { weekday: 'short', ...DAY }, startMs)
  if (bucket === 'day') return day
  if (bucket === 'minute') return `${day}, ${formatIn(timezone, CLOCK, startMs)}`
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

/** Days of the calendar, both ends included: `May 1, 2026`, `May 1 – 7, 2026`, `Apr 28 – May 4, 2026`, `Dec 30, 2025 – Jan 2, 2026`. */
export function formatDays(firstDay: string, lastDay: string): string {
  const [firstMs, lastMs] = [Date.parse(`${firstDay}T00:00:00Z`), Date.parse(`${lastDay}T00:00:00Z`)]
  if (firstDay === lastDay) return formatDay(firstMs, 'UTC')
  if (firstDay.slice(0, 4) !== lastDay.slice(0, 4)) return `${formatDay(firstMs, 'UTC')} – ${formatDay(lastMs, 'UTC')}`
  const isOneMonth = firstDay.slice(0, 7) === lastDay.slice(0, 7)
  const end = isOneMonth ? formatIn('UTC', { day: 'numeric' }, lastMs) : formatIn('UTC', DAY, lastMs)
  return `${formatIn('UTC', DAY, firstMs)} – ${end}, ${lastDay.slice(0, 4)}`
}

/** A time of day with seconds, in the viewer's own zone: for "updated at", in the browser only. */
export function formatClock(atMs: number): string {
  return formatIn(undefined, { ...CLOCK, second: '2-digit' }, atMs)
}

/** A moment to the minute: `Nov 14, 2026, 14:02`, in `timezone`; without one in the viewer’s own, for the browser only. */
export function formatMoment(atMs: number, timezone?: string): string {
  return formatIn(timezone, { ...DAY, year: 'numeric', ...CLOCK }, atMs)
}

/** How long ago something was, in its largest whole unit: `3 days`, `5 h`, `12 min`; `a moment` below one minute. */
export function formatAge(ageMs: number): string {
  const days = Math.floor(ageMs / DAY_MS)
  if (days > 0) return days === 1 ? '1 day' : `${days} days`
  if (ageMs >= HOUR_MS) return `${Math.floor(ageMs / HOUR_MS)} h`
  if (ageMs >= MINUTE_MS) return `${Math.floor(ageMs / MINUTE_MS)} min`
  return 'a moment'
}
