/** Below it a number counts seconds, from it on ms (year 5138 in seconds, 1973 in ms), and from `MICROSECONDS_FROM` on µs. */
const MILLISECONDS_FROM = 1e11
const MICROSECONDS_FROM = 1e14

const LOCAL =
  /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)? ?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i

/**
 * Unix ms of what a file says: an ISO 8601 date or instant (also with a blank for `T`, and as `19970131`), with an offset or else
 * local to `timezone`, or a number of seconds, ms or µs by its size. A date alone is its midnight. Null when it is none.
 */
export function parseTimeMs(value: unknown, timezone = 'UTC'): number | null {
  if (typeof value === 'number') return toMs(value)
  if (typeof value !== 'string') return null
  const text = value.trim()
  const match = LOCAL.exec(text)
  if (match) return toInstantMs(match, timezone)
  return /^-?\d+(\.\d+)?$/.test(text) ? toMs(Number(text)) : null
}

function toMs(value: number): number | null {
  if (!Number.isFinite(value)) return null
  const size = Math.abs(value)
  if (size >= MICROSECONDS_FROM) return Math.floor(value / 1_000)
  return Math.round(size >= MILLISECONDS_FROM ? value : value * 1_000)
}

function toInstantMs(match: RegExpExecArray, timezone: string): number | null {
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', offset] = match
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3))
  const civil = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second), ms)
  // Date.UTC takes two digits for a year of the 20th century.
  if (Number(year) < 100) return null
  // 30 February would roll over into March, 24:00 into the next day.
  const date = new Date(civil)
  if (date.getUTCMonth() + 1 !== Number(month) || date.getUTCDate() !== Number(day)) return null
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null
  if (offset === undefined) return toZonedMs(civil, timezone)
  if (!/^[+-]/.test(offset)) return civil
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3).replace(':', '') || 0)
  return civil - (offset.startsWith('-') ? -1 : 1) * minutes * 60_000
}

/**
 * The instant at which clocks of the zone show `civilMs` (as if it were UTC). Shown twice, in autumn: the first. Never shown, in
 * spring: as long after the change as the clock would have had to go.
 */
export function toZonedMs(civilMs: number, timezone: string): number {
  if (timezone === 'UTC') return civilMs
  // Offsets a day before and after are those around any change between.
  const before = civilMs - toOffsetMs(civilMs - 86_400_000, timezone)
  if (before + toOffsetMs(before, timezone) === civilMs) return before
  const after = civilMs - toOffsetMs(civilMs + 86_400_000, timezone)
  return after + toOffsetMs(after, timezone) === civilMs ? after : before
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** How far the clocks of the zone are ahead of UTC at an instant, whole seconds in ms. */
function toOffsetMs(ms: number, timezone: string): number {
  let format = formats.get(timezone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      era: 'short',
    })
    formats.set(timezone, format)
  }
  const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]))
  const year = part.era === 'BC' ? 1 - Number(part.year) : Number(part.year)
  const shown = Date.UTC(
    year,
    Number(part.month) - 1,
    Number(part.day),
    Number(part.hour),
    Number(part.minute),
    Number(part.second),
  )
  return shown - Math.floor(ms / 1_000) * 1_000
}
