import type { Seen, Visit } from './sessions'

export type PathQuestion = {
  anchor: ((row: Seen) => boolean) | null
  direction: 'after' | 'before'
  depth: number
  branches: number
  by: 'event' | 'page'
}
type Counts = { people: number; sessions: number }
export type PathAnswer = { anchored: Counts; total: Counts; nodes: Map<string, Counts>; links: Map<string, Counts> }

/** Paths by their definition in lib/contracts/paths.ts, session by session. Nodes are `depth:kind:value`, links `node > node`. */
export function countPaths(visits: readonly Visit[], question: PathQuestion): PathAnswer {
  const walks = visits.flatMap((visit) => {
    const steps = walk(visit.rows, question)
    return steps ? [{ person: visit.person, steps: steps.slice(0, question.depth) }] : []
  })
  const named = Array.from({ length: question.depth }, (_, index) =>
    findMostFrequent(
      walks.flatMap(({ steps }) => steps[index] ?? []),
      question.branches,
    ),
  )
  const nodes = new Map<string, { person: string }[]>()
  const links = new Map<string, { person: string }[]>()
  for (const each of walks) {
    const stops = each.steps.map((step, index) =>
      named[index]?.has(step) ? `${index + 1}:value:${step}` : `${index + 1}:other:`,
    )
    if (stops.length < question.depth) stops.push(`${stops.length + 1}:exit:`)
    const whole = ['0:anchor:', ...stops]
    for (const [index, stop] of whole.entries()) {
      note(nodes, stop, each)
      if (index > 0) note(links, `${whole[index - 1]} > ${stop}`, each)
    }
  }
  return { anchored: count(walks), total: count(visits), nodes: mapValues(nodes), links: mapValues(links) }
}

/** The steps of one session from its anchor on, in the direction asked for; null when it has no anchor. */
function walk(rows: readonly Seen[], { anchor, direction, by }: PathQuestion): string[] | null {
  const toStep = (row: Seen) => (by === 'event' ? row.event : row.event === '$pageview' ? row.route : null)
  const at = anchor ? rows.findIndex(anchor) : direction === 'after' ? -1 : rows.length
  if (anchor && at < 0) return null
  const way = direction === 'after' ? rows.slice(at + 1) : rows.slice(0, at).toReversed()
  const steps: string[] = []
  const anchorRow = rows[at]
  let last = anchorRow ? toStep(anchorRow) : null
  for (const step of way.map(toStep)) {
    if (step === null || step === last) continue
    steps.push(step)
    last = step
  }
  return steps
}

/** The values that occur most often; of equals the lesser text. */
function findMostFrequent(values: readonly string[], limit: number): Set<string> {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  const ordered = [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  return new Set(ordered.slice(0, limit).map(([value]) => value))
}

function note(groups: Map<string, { person: string }[]>, key: string, member: { person: string }): void {
  const group = groups.get(key)
  if (group) group.push(member)
  else groups.set(key, [member])
}

function count(members: readonly { person: string }[]): Counts {
  return { people: new Set(members.map(({ person }) => person)).size, sessions: members.length }
}

function mapValues(groups: ReadonlyMap<string, readonly { person: string }[]>): Map<string, Counts> {
  return new Map([...groups].map(([key, members]) => [key, count(members)]))
}
