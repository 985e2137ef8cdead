import { groupByPerson, type PersonHit } from './history'

/** The retention rule of DESIGN.md section 7, person by person and cell by cell; nothing is shared with the SQL. */
export type RetentionQuestion = {
  /** Starts of the intervals and the end of the last. */
  bounds: readonly number[]
  /** Nothing at or after it counts. */
  untilMs: number
  mode: 'recurring' | 'first_time' | 'first_ever'
  /** Length of a rolling window; null for calendar windows. */
  rollingMs: number | null
  isCumulative: boolean
  isTarget: (hit: PersonHit) => boolean
  /** Has the target's name, whatever its conditions. */
  isNamed: (hit: PersonHit) => boolean
  isReturn: (hit: PersonHit) => boolean
}
export type Member = { person: string; cohort: number; beganAt: number; first: PersonHit }

const byTime = (a: PersonHit, b: PersonHit) => a.timestamp - b.timestamp || (a.id < b.id ? -1 : 1)

/** Who belongs to which cohort, and with which event. */
export function listMembers(hits: readonly PersonHit[], question: RetentionQuestion): Member[] {
  const { starts, endMs } = toIntervals(question)
  return [...groupByPerson(hits)].flatMap(([person, all]) => {
    const known = all.filter(({ timestamp }) => timestamp < endMs).toSorted(byTime)
    const targets = known.filter(question.isTarget)
    const first = targets[0]
    const firstNamed = known.find(question.isNamed)
    const chosen =
      question.mode === 'recurring'
        ? targets
        : first && (question.mode === 'first_time' || firstNamed?.timestamp === first.timestamp)
          ? [first]
          : []
    const members = new Map<number, Member>()
    for (const hit of chosen) {
      const cohort = starts.findLastIndex((start) => start <= hit.timestamp)
      if (cohort < 0 || members.has(cohort)) continue
      members.set(cohort, { person, cohort, beganAt: hit.timestamp, first: hit })
    }
    return [...members.values()]
  })
}

/** `counts` per cohort of the members given, which may be some of all. */
export function countRetention(
  hits: readonly PersonHit[],
  members: readonly Member[],
  question: RetentionQuestion,
): number[][] {
  const { starts, endMs, toAge, hasBegun } = toIntervals(question)
  const people = groupByPerson(hits)
  return starts.map((_, cohort) => {
    const own = members.filter((member) => member.cohort === cohort)
    const row: number[] = []
    for (let age = 0; hasBegun(cohort, age); age += 1) {
      const back = own.filter((member) =>
        (people.get(member.person) ?? []).some((hit) => {
          if (hit.timestamp >= endMs || !question.isReturn(hit)) return false
          const at = toAge(member, hit.timestamp)
          return question.isCumulative ? at >= age : at === age
        }),
      )
      row.push(age === 0 ? own.length : back.length)
    }
    return row
  })
}

/** Sums of `revenue` per currency, cohort and age over the return events of the members. */
export function sumRevenue(
  hits: readonly PersonHit[],
  members: readonly Member[],
  question: RetentionQuestion,
): Map<string, number[][]> {
  const { starts, endMs, toAge, hasBegun } = toIntervals(question)
  const sums = new Map<string, number[][]>()
  for (const member of members) {
    for (const hit of hits) {
      const revenue = hit.properties?.revenue
      if (hit.person !== member.person || hit.timestamp >= endMs || !question.isReturn(hit)) continue
      const age = toAge(member, hit.timestamp)
      if (typeof revenue !== 'number' || age < 0) continue
      const text = hit.properties?.currency
      const currency = typeof text === 'string' && /^[a-z]{3}$/i.test(text) ? text.toUpperCase() : 'XXX'
      const empty = starts.map((_, cohort) => {
        const row: number[] = []
        while (hasBegun(cohort, row.length)) row.push(0)
        return row
      })
      const cells = sums.get(currency) ?? empty
      sums.set(currency, cells)
      const row = cells[member.cohort] as number[]
      row[age] = (row[age] as number) + revenue
    }
  }
  return sums
}

function toIntervals({ bounds, untilMs, rollingMs }: RetentionQuestion) {
  const endMs = Math.min(bounds.at(-1) as number, untilMs)
  const starts = bounds.slice(0, -1).filter((start) => start < endMs)
  const toInterval = (ms: number) => starts.findLastIndex((start) => start <= ms)
  return {
    endMs,
    starts,
    /** Before the cohort, or before a person's own target event, is below 0. */
    toAge: (member: Member, ms: number) =>
      rollingMs === null ? toInterval(ms) - member.cohort : Math.floor((ms - member.beganAt) / rollingMs),
    hasBegun: (cohort: number, age: number) =>
      rollingMs === null ? cohort + age < starts.length : (starts[cohort] as number) + age * rollingMs < endMs,
  }
}
