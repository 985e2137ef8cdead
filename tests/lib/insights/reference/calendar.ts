const QUARTER_MS = 15 * 60_000

/** Local date and hour of an instant, by ICU: another implementation and another copy of the zone rules than Postgres'. */
function createLocalClock(timezone: string) {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'longOffset',
  })
  return (ms: number) => {
    const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]))
    return {
      date: `${parts.year}-${parts.month}-${parts.day}`,
      hour: `${parts.hour}${parts.timeZoneName}`,
    }
  }
}

type LocalClock = ReturnType<typeof createLocalClock>
const clocks = new Map<string, LocalClock>()

/** The clock of a zone, which remembers what it was asked: walks of many data sets pass the same quarters of an hour. */
function readLocalClock(timezone: string): LocalClock {
  const known = clocks.get(timezone)
  if (known) return known
  const clock = createLocalClock(timezone)
  const answers = new Map<number, ReturnType<LocalClock>>()
  const remember: LocalClock = (ms) => {
    const answer = answers.get(ms) ?? clock(ms)
    answers.set(ms, answer)
    return answer
  }
  clocks.set(timezone, remember)
  return remember
}

export type Bucket = 'hour' | 'day' | 'week' | 'month'

/**
 * The starts of the local buckets that touch `[fromMs, toMs)` and the end of the last one, found by walking the clock in quarters
 * of an hour and noting where the bucket's name changes.
 */
export function walkBounds(
  fromMs: number,
  toMs: number,
  bucket: Bucket,
  timezone: string,
  weekStart: 'monday' | 'sunday' = 'monday',
): number[] {
  const read = readLocalClock(timezone)
  const toName = (ms: number) => {
    const { date, hour } = read(ms)
    if (bucket === 'hour') return `${date} ${hour}`
    if (bucket === 'day') return date
    if (bucket === 'month') return date.slice(0, 7)
    const day = Date.parse(date) / 86_400_000
    return String(Math.floor((day + (weekStart === 'monday' ? 3 : 4)) / 7))
  }
  let at = Math.floor(fromMs / QUARTER_MS) * QUARTER_MS
  const first = toName(fromMs)
  while (toName(at - QUARTER_MS) === first) at -= QUARTER_MS
  const bounds = [at]
  for (let name = first; (bounds.at(-1) as number) < toMs; ) {
    at += QUARTER_MS
    const next = toName(at)
    if (next === name) continue
    name = next
    bounds.push(at)
  }
  return bounds
}
