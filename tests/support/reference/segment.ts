import type { SegmentCondition, SegmentCount, SegmentDefinition, SegmentLeaf } from '../../../lib/contracts/segment'
import type { Condition, EventStep } from '../../../lib/contracts/step'

/** One stored row of somebody: bots and rows under Global Privacy Control are not among them. */
export type Deed = {
  person: string
  timestamp: number
  event: string
  /** By the names of `where`: `$country`, `$device`; null where nothing is known. */
  columns: Readonly<Record<string, string | null>>
  properties: Readonly<Record<string, unknown>>
}
/** What a project knows of its people. A profile without traits has none of them. */
export type Knowledge = { deeds: readonly Deed[]; profiles: ReadonlyMap<string, Readonly<Record<string, unknown>>> }

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** The people of a segment, person by person and row by row: who did any event or has a profile, and fulfils it at `nowMs`. */
export function listSegmentPeople(
  { match, conditions }: SegmentDefinition,
  knowledge: Knowledge,
  nowMs: number,
): Set<string> {
  const past = knowledge.deeds.filter(({ timestamp }) => timestamp <= nowMs)
  const everybody = new Set([...past.map(({ person }) => person), ...knowledge.profiles.keys()])
  return new Set(
    [...everybody].filter((person) => {
      const deeds = past.filter((deed) => deed.person === person)
      const traits = knowledge.profiles.get(person) ?? {}
      const holds = (condition: SegmentCondition): boolean =>
        condition.kind === 'group'
          ? combine(
              condition.match,
              condition.conditions.map((leaf) => holdsLeaf(leaf, deeds, traits, nowMs)),
            )
          : holdsLeaf(condition, deeds, traits, nowMs)
      return combine(match, conditions.map(holds))
    }),
  )
}

function combine(match: 'all' | 'any', parts: readonly boolean[]): boolean {
  return match === 'all' ? parts.every(Boolean) : parts.some(Boolean)
}

function holdsLeaf(
  leaf: SegmentLeaf,
  deeds: readonly Deed[],
  traits: Readonly<Record<string, unknown>>,
  nowMs: number,
): boolean {
  if (leaf.kind === 'trait') return fulfils(traits[leaf.key], leaf.is)
  const recent = deeds.filter(({ timestamp }) => timestamp > nowMs - toMs(leaf.within))
  const step = leaf.kind === 'did' ? leaf.event : { event: '*', where: { [leaf.key]: leaf.is } }
  const count = recent.filter((deed) => isMatch(step, deed)).length
  return isCount(count, (leaf.kind === 'did' && leaf.count) || { gte: 1 }) !== (leaf.not ?? false)
}

function toMs(within: string | undefined): number {
  if (within === undefined) return Number.POSITIVE_INFINITY
  return Number(within.slice(0, -1)) * UNIT_MS[within.at(-1) as keyof typeof UNIT_MS]
}

function isCount(count: number, wanted: SegmentCount): boolean {
  if ('gte' in wanted) return count >= wanted.gte
  return 'lte' in wanted ? count <= wanted.lte : count === wanted.eq
}

function isMatch({ event, where = {} }: EventStep, deed: Deed): boolean {
  if (event !== '*' && event !== deed.event) return false
  return Object.entries(where).every(([key, is]) => {
    if (!key.startsWith('$')) return fulfils(deed.properties[key], is)
    // A column always is there: without a value it is null, but does not exist.
    const value = deed.columns[key] ?? null
    const asksForExistence = typeof is === 'object' && is !== null && 'exists' in is
    return asksForExistence ? (value !== null) === is.exists : fulfils(value, is)
  })
}

// undefined is absent, null a value of its own; equality is strict in type.
function fulfils(value: unknown, is: Condition): boolean {
  if (is === null || typeof is !== 'object') return value === is
  if ('not' in is) return value !== is.not
  if ('exists' in is) return (value !== undefined) === is.exists
  if ('in' in is) return is.in.some((each) => value === each)
  if ('contains' in is) return typeof value === 'string' && value.includes(is.contains)
  if (typeof value !== 'number') return false
  if ('gt' in is) return value > is.gt
  if ('gte' in is) return value >= is.gte
  return 'lt' in is ? value < is.lt : value <= is.lte
}
