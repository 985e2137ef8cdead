/** A day of a calendar as `YYYY-MM-DD`, without a zone: what a person means by "from May 1st". */
export type LocalDate = string

const HALF_DAY_MS = 43_200_000
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/

const formats = new Map<string, Intl.DateTimeFormat>()

function readLocal(atMs: number, timezone: string): { date: LocalDate; wallMs: number } {
  let format = formats.get(timezone)
  if (!format) {
    const two = '2-digit' as const
    const clock = { hour: two, minute: two, second: two, hourCycle: 'h23' } as const
    const calendar = { calendar: 'gregory', year: 'numeric', month: two, day: two } as const
    format = new Intl.DateTimeFormat('en', { timeZone: timezone, ...calendar, ...clock })
    formats.set(timezone, format)
  }
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {}
  for (const { type, value } of format.formatToParts(atMs)) parts[type] = value
  const date = `${parts.year?.padStart(4, '0')}-${parts.month}-${parts.day}`
  return { date, wallMs: Date.parse(`${date}T${parts.hour}:${parts.minute}:${parts.second}Z`) }
}

/** The day that an instant belongs to in a time zone. */
export function toLocalDate(atMs: number, timezone: string): LocalDate {
  return readLocal(atMs, timezone).date
}

/** The date as given if it is a day of the calendar (2026-02-30 is none); null otherwise. */
export function parseLocalDate(text: string): LocalDate | null {
  if (!DATE.test(text)) return null
  const ms = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text) ? text : null
}

/** So many days later (earlier when negative) on the calendar. */
export function addDays(date: LocalDate, days: number): LocalDate {
  const at = new Date(`${date}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10)
}

/**
 * The first instant of a day in a time zone: midnight, or where clocks skip it the instant they skip to; of two midnights the
 * earlier. A day that a zone never had (Samoa, 2011-12-30) begins where the next one does.
 */
export function toStartOfDayMs(date: LocalDate, timezone: string): number {
  const wallMs = Date.parse(`${date}T00:00:00Z`)
  // The zone's offset before and after any change of clocks near that midnight; offsets lie within 14 hours of UTC.
  const candidates = [wallMs - HALF_DAY_MS * 3, wallMs + HALF_DAY_MS * 3].map((atMs) => {
    const offsetMs = readLocal(atMs, timezone).wallMs - Math.floor(atMs / 1000) * 1000
    return wallMs - offsetMs
  })
  const inside = candidates.filter((ms) => readLocal(ms, timezone).date >= date)
  return Math.min(...(inside.length > 0 ? inside : candidates))
}
