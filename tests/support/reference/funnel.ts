/**
 * Funnels as DESIGN.md section 7 defines them, by exhaustive search over small data. Nothing here is shared with the SQL: neither the
 * order of ties, nor the idea that the nearest later row is the best, nor how one row is kept from serving two steps.
 */

export type Step = { event: string; where?: Readonly<Record<string, unknown>> }
export type Exclusion = Step & { fromStep: number; toStep: number }
export type Definition = {
  order: 'ordered' | 'strict' | 'unordered'
  windowMs: number
  unit: 'person' | 'session'
  steps: readonly Step[]
  exclusions: readonly Exclusion[]
  breakdown: string | null
}

/** One stored row; `person` is already whom it counts for. */
export type Event = {
  person: string
  actor: string
  session: string
  timestamp: number
  id: string
  event: string
  properties: Readonly<Record<string, unknown>>
}

/** An attempt: times of the steps it did within its window, and whether an exclusion taints it. */
export type Attempt = { times: number[]; isTainted: boolean }
/** What became of one unit; `path` is the attempt that counts, null for a unit that never entered. */
export type Outcome = { person: string; path: Attempt | null; attempts: Attempt[]; value: unknown }

const IDLE_MS = 30 * 60_000

/** Every unit of the events with the attempt that counts of it. */
export function followFunnel(events: readonly Event[], definition: Definition): Outcome[] {
  return toUnits(events, definition.unit).map((rows) => {
    const attempts = toAttempts(rows, definition)
    return {
      person: (rows[0] as Event).person,
      path: toBest(attempts),
      attempts,
      value: toBreakdownValue(rows, definition),
    }
  })
}

/** The furthest attempt, of several a clean one, then the one that began first. */
export function toBest(attempts: readonly Attempt[]): Attempt | null {
  let best: Attempt | null = null
  for (const attempt of attempts) if (best === null || isBetter(attempt, best)) best = attempt
  return best
}

function isBetter(one: Attempt, other: Attempt): boolean {
  if (one.times.length !== other.times.length) return one.times.length > other.times.length
  if (one.isTainted !== other.isTainted) return other.isTainted
  return (one.times[0] as number) < (other.times[0] as number)
}

function toUnits(events: readonly Event[], unit: Definition['unit']): Event[][] {
  const groups = new Map<string, Event[]>()
  for (const event of events.toSorted(byTimeAndId)) {
    const key = unit === 'person' ? event.person : JSON.stringify([event.actor, event.session])
    groups.set(key, [...(groups.get(key) ?? []), event])
  }
  if (unit === 'person') return [...groups.values()]
  return [...groups.values()].flatMap((rows) => {
    const sessions: Event[][] = []
    for (const row of rows) {
      const last = sessions.at(-1)?.at(-1)
      if (last && row.timestamp - last.timestamp <= IDLE_MS) sessions.at(-1)?.push(row)
      else sessions.push([row])
    }
    return sessions
  })
}

function byTimeAndId(one: Event, other: Event): number {
  return one.timestamp - other.timestamp || (one.id < other.id ? -1 : 1)
}

function toAttempts(rows: readonly Event[], definition: Definition): Attempt[] {
  const find = { ordered: findOrdered, strict: findStrict, unordered: findUnordered }[definition.order]
  const times = find(rows, definition)
  return times.map((each) => ({ times: each, isTainted: isTainted(rows, each, definition) }))
}

function isTainted(rows: readonly Event[], times: readonly number[], { exclusions, windowMs }: Definition): boolean {
  const start = times[0] as number
  return exclusions.some((exclusion) => {
    const from = times[exclusion.fromStep - 1]
    const to = times[exclusion.toStep - 1]
    if (from === undefined) return false
    return rows.some(
      (row) =>
        matches(exclusion, row) &&
        row.timestamp > from &&
        (to === undefined ? row.timestamp <= start + windowMs : row.timestamp < to),
    )
  })
}

/** From every step-1 row all chains of distinct rows that never go back in time: the k-th time is the least of any chain's. */
function findOrdered(rows: readonly Event[], { steps, windowMs }: Definition): number[][] {
  return rows.flatMap((first) => {
    if (!matches(steps[0] as Step, first)) return []
    const times: number[] = []
    const visit = (used: readonly Event[]) => {
      const at = (used.at(-1) as Event).timestamp
      times[used.length - 1] = Math.min(times[used.length - 1] ?? Infinity, at)
      const next = steps[used.length]
      if (next === undefined) return
      for (const row of rows) {
        if (row.timestamp < at || row.timestamp > first.timestamp + windowMs || used.includes(row)) continue
        if (matches(next, row)) visit([...used, row])
      }
    }
    visit([first])
    return [times]
  })
}

/** Rows in a line; from every row that matches step 1 as many as match the next step, each, without a gap. */
function findStrict(rows: readonly Event[], { steps, windowMs }: Definition): number[][] {
  const line = rows.toSorted((one, other) => one.timestamp - other.timestamp || compareSteps(one, other, steps))
  return line.flatMap((first, start) => {
    const times: number[] = []
    for (const [index, step] of steps.entries()) {
      const row = line[start + index]
      if (row === undefined || !matches(step, row) || row.timestamp > first.timestamp + windowMs) break
      times.push(row.timestamp)
    }
    return times.length === 0 ? [] : [times]
  })
}

// By the first step they match, none before any; then by the last, the last but one and so on.
function compareSteps(one: Event, other: Event, steps: readonly Step[]): number {
  const [a, b] = [one, other].map((row) => steps.map((step) => matches(step, row))) as [boolean[], boolean[]]
  if (a.indexOf(true) !== b.indexOf(true)) return a.indexOf(true) - b.indexOf(true)
  const last = a.findLastIndex((is, index) => is !== b[index])
  return last < 0 ? 0 : a[last] ? 1 : -1
}

/** From every row of any step: at each later row, how many steps distinct rows seen so far can serve. */
function findUnordered(rows: readonly Event[], { steps, windowMs }: Definition): number[][] {
  return rows.flatMap((first) => {
    if (!steps.some((step) => matches(step, first))) return []
    const near = rows.filter(({ timestamp }) => timestamp >= first.timestamp && timestamp <= first.timestamp + windowMs)
    const times: number[] = []
    for (const { timestamp } of near) {
      const seen = near.filter((row) => row.timestamp <= timestamp)
      const count = countServed(steps, seen)
      while (times.length < count) times.push(timestamp)
    }
    return [times]
  })
}

/** The most of the steps that can each have a row of its own. */
function countServed(steps: readonly Step[], rows: readonly Event[]): number {
  const [step, ...rest] = steps
  if (step === undefined) return 0
  let best = countServed(rest, rows)
  for (const row of rows) {
    if (best === steps.length) break
    if (matches(step, row))
      best = Math.max(
        best,
        1 +
          countServed(
            rest,
            rows.filter((other) => other !== row),
          ),
      )
  }
  return best
}

function toBreakdownValue(rows: readonly Event[], { breakdown, steps, order }: Definition): unknown {
  if (breakdown === null) return null
  const entries = order === 'unordered' ? steps : steps.slice(0, 1)
  const first = rows.toSorted(byTimeAndId).find((row) => entries.some((step) => matches(step, row)))
  return first?.properties[breakdown] ?? null
}

/** Whether a row is one that a step looks for; of the grammar equality and `not` only. */
export function matches({ event, where = {} }: Step, row: Event): boolean {
  if (event !== '*' && event !== row.event) return false
  return Object.entries(where).every(([key, wanted]) => {
    const actual = row.properties[key]
    return typeof wanted === 'object' && wanted !== null && 'not' in wanted ? actual !== wanted.not : actual === wanted
  })
}
