import { groupByPerson, type PersonHit } from './history'

/** The rules of actives, stickiness, lifecycle, features and churn over sets of names; nothing is shared with the SQL. */

/** Distinct people with a hit in `[fromMs, toMs)`. */
export function listPeople(hits: readonly PersonHit[], fromMs: number, toMs: number): Set<string> {
  return new Set(hits.filter(({ timestamp }) => timestamp >= fromMs && timestamp < toMs).map(({ person }) => person))
}

const without = (people: ReadonlySet<string>, others: ReadonlySet<string>) =>
  new Set([...people].filter((person) => !others.has(person)))

/** The intervals of `bounds` that begin before `untilMs`, none beyond it. */
export function toIntervals(bounds: readonly number[], untilMs: number): [fromMs: number, toMs: number][] {
  return bounds
    .slice(0, -1)
    .map((start, index): [number, number] => [start, Math.min(bounds[index + 1] as number, untilMs)])
    .filter(([start]) => start < untilMs)
}

/** People per interval. With `days`, the starts of local days up to the last bound, also of the last 7 and 30 of them. */
export function countActives(
  hits: readonly PersonHit[],
  bounds: readonly number[],
  untilMs: number,
  days: readonly number[] | null,
): (number | null)[][] {
  return toIntervals(bounds, untilMs).map(([from, to]) => {
    const since = (count: number) => {
      if (days === null) return null
      const today = days.indexOf(from)
      return listPeople(hits, days[today - count + 1] as number, to).size
    }
    return [listPeople(hits, from, to).size, since(7), since(30)]
  })
}

/** Per period how many people were active on exactly 1, 2, 3 … of its days that have begun. */
export function countDaysActive(
  hits: readonly PersonHit[],
  periods: readonly number[],
  days: readonly number[],
  untilMs: number,
): number[][] {
  return toIntervals(periods, untilMs).map(([from], index) => {
    const own = toIntervals(days, untilMs).filter(([day]) => day >= from && day < (periods[index + 1] as number))
    const counts = new Map<string, number>()
    for (const [start, end] of own) {
      for (const person of listPeople(hits, start, end)) counts.set(person, (counts.get(person) ?? 0) + 1)
    }
    return own.map((_, position) => [...counts.values()].filter((count) => count === position + 1).length)
  })
}

/** `[new, returning, resurrecting, dormant]` per interval; `beforeMs` is where the interval before the first one begins. */
export function countLifecycle(
  hits: readonly PersonHit[],
  bounds: readonly number[],
  untilMs: number,
  beforeMs: number,
): number[][] {
  const intervals = toIntervals(bounds, untilMs)
  return intervals.map(([from, to], index) => {
    const now = listPeople(hits, from, to)
    const before = listPeople(hits, index === 0 ? beforeMs : (bounds[index - 1] as number), from)
    const ever = listPeople(hits, -Infinity, from)
    const fresh = without(now, ever)
    const returning = new Set([...now].filter((person) => before.has(person)))
    return [fresh.size, returning.size, without(without(now, fresh), returning).size, without(before, now).size]
  })
}

/** One row of the features report for the uses given; `days` are the starts of the local days of the range and its end. */
export function toFeature(uses: readonly PersonHit[], fromMs: number, toMs: number, days: readonly number[]) {
  const inRange = uses.filter(({ timestamp }) => timestamp >= fromMs && timestamp < toMs)
  const people = listPeople(inRange, fromMs, toMs)
  const cuts = [fromMs, ...days.slice(1, -1), toMs]
  const trend = cuts.slice(0, -1).map((from, index) => listPeople(inRange, from, cuts[index + 1] as number))
  return {
    uses: inRange.length,
    people: people.size,
    firstUsePeople: without(people, listPeople(uses, -Infinity, fromMs)).size,
    repeatPeople: [...people].filter((person) => trend.filter((day) => day.has(person)).length > 1).length,
    trend: trend.map((day) => day.size),
  }
}

/** How a feature is used, `isUse` saying which hits are uses; classes by their upper ends. */
export function toUsage(
  hits: readonly PersonHit[],
  isUse: (hit: PersonHit) => boolean,
  range: { fromMs: number; toMs: number; days: readonly number[] },
  usesClasses: readonly number[],
  firstUseClasses: readonly number[],
) {
  const { fromMs, toMs, days } = range
  const dayOf = (ms: number) => days.findLastIndex((day) => day <= ms)
  const people = [...groupByPerson(hits.filter(({ timestamp }) => timestamp < toMs)).values()].map((own) => {
    const uses = own.filter(isUse)
    const inRange = uses.filter(({ timestamp }) => timestamp >= fromMs)
    return {
      uses: inRange.length,
      days: new Set(inRange.map(({ timestamp }) => dayOf(timestamp))).size,
      isNew: uses.length > 0 && inRange.length === uses.length,
      waited: Math.min(...uses.map(({ timestamp }) => timestamp)) - Math.min(...own.map(({ timestamp }) => timestamp)),
    }
  })
  const users = people.filter(({ uses }) => uses > 0)
  const waits = users
    .filter(({ isNew }) => isNew)
    .map(({ waited }) => waited)
    .toSorted((a, b) => a - b)
  const classify = (values: readonly number[], ends: readonly number[]) =>
    [...ends, Infinity].map(
      (end, index) => values.filter((value) => value <= end && value > (ends[index - 1] ?? -Infinity)).length,
    )
  return {
    uses: users.reduce((sum, { uses }) => sum + uses, 0),
    people: users.length,
    repeatUsePeople: users.filter(({ uses }) => uses > 1).length,
    repeatDayPeople: users.filter((user) => user.days > 1).length,
    usesClasses: classify(
      users.map(({ uses }) => uses),
      usesClasses,
    ),
    firstUse: {
      people: waits.length,
      medianMs: waits[Math.ceil(waits.length / 2) - 1] ?? null,
      classes: classify(waits, firstUseClasses),
    },
  }
}

/** The days on which somebody was active, as positions in `days` from 1, and what follows; `days` are starts and the end of the last. */
export function listActiveDays(hits: readonly PersonHit[], days: readonly number[], untilMs: number) {
  return [...groupByPerson(hits)].flatMap(([person, own]) => {
    const active = toIntervals(days, untilMs).flatMap(([from, to], index) =>
      own.some(({ timestamp }) => timestamp >= from && timestamp < to) ? [index + 1] : [],
    )
    const [first, last] = [active[0], active.at(-1)]
    return first === undefined || last === undefined ? [] : [{ person, days: active.length, first, last }]
  })
}
