import type { RetentionInterval } from '@/lib/contracts/retention'

const NAMES: Readonly<Record<RetentionInterval, string>> = { hour: 'Hour', day: 'Day', week: 'Week', month: 'Month' }

/** The column k of a retention table: `Day 3`. */
export function nameColumn(interval: RetentionInterval, age: number): string {
  return `${NAMES[interval]} ${age}`
}

const DATE = { month: 'short', day: 'numeric' } as const
const FORMATS: Readonly<Record<RetentionInterval, Intl.DateTimeFormatOptions>> = {
  hour: { ...DATE, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  day: { weekday: 'short', ...DATE },
  week: DATE,
  month: { month: 'long', year: 'numeric' },
}

/** A cohort by its first instant, in the zone of the report: `Sat, Nov 14`, `Week of Nov 9`, `November 2026`, `Nov 14, 14:00`. */
export function nameCohort(interval: RetentionInterval, start: string, timezone: string): string {
  const text = new Intl.DateTimeFormat('en', { ...FORMATS[interval], timeZone: timezone }).format(Date.parse(start))
  return interval === 'week' ? `Week of ${text}` : text
}
