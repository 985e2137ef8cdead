import {
  type SegmentCondition,
  type SegmentCount,
  type SegmentDefinition,
  type SegmentLeaf,
  segmentDefinition,
} from '@/lib/contracts/segment'
import type { EventStep } from '@/lib/contracts/step'
import { type ConditionDraft, EMPTY_CONDITION, toCondition, toConditionDraft, toConditions } from './condition-draft'

/** One condition as it is being written. `id` names the row on the screen and nothing else. */
export type LeafDraft = {
  id: number
  kind: SegmentLeaf['kind']
  /** Of `did` */
  event: string
  where: ConditionDraft[]
  count: { op: 'gte' | 'lte' | 'eq'; n: string }
  /** Of `trait` and `property`. */
  condition: ConditionDraft
  /** Such as `30d`; empty for "at any time". */
  within: string
  not: boolean
}
export type GroupDraft = { id: number; kind: 'group'; match: 'all' | 'any'; leaves: LeafDraft[] }
/** A segment as it is being written. */
export type SegmentDraft = { match: 'all' | 'any'; rows: (LeafDraft | GroupDraft)[] }

let lastId = 0
const nextId = () => {
  lastId += 1
  return lastId
}

/** A row to begin with: did something at least once in the last 30 days. */
export function createLeaf(kind: LeafDraft['kind'] = 'did'): LeafDraft {
  const count = { op: 'gte', n: '1' } as const
  return { id: nextId(), kind, event: '', where: [], count, condition: EMPTY_CONDITION, within: '30d', not: false }
}

/** Brackets to begin with. */
export function createGroup(): GroupDraft {
  return { id: nextId(), kind: 'group', match: 'any', leaves: [createLeaf()] }
}

/** A new segment: one row. */
export function createDraft(): SegmentDraft {
  return { match: 'all', rows: [createLeaf()] }
}

/** The draft that means a definition. */
export function toDraft({ match, conditions }: SegmentDefinition): SegmentDraft {
  return {
    match,
    rows: conditions.map((each) =>
      each.kind === 'group'
        ? { id: nextId(), kind: 'group', match: each.match, leaves: each.conditions.map(toLeafDraft) }
        : toLeafDraft(each),
    ),
  }
}

function toLeafDraft(leaf: SegmentLeaf): LeafDraft {
  const draft = { ...createLeaf(leaf.kind), within: ('within' in leaf && leaf.within) || '' }
  if (leaf.kind === 'trait') return { ...draft, condition: toConditionDraft(leaf.key, leaf.is) }
  if (leaf.kind === 'property') {
    return { ...draft, condition: toConditionDraft(leaf.key, leaf.is), not: leaf.not ?? false }
  }
  const [op, n] = Object.entries(leaf.count ?? { gte: 1 })[0] as [LeafDraft['count']['op'], number]
  return {
    ...draft,
    event: leaf.event.event,
    where: Object.entries(leaf.event.where ?? {}).map(([key, is]) => toConditionDraft(key, is)),
    count: { op, n: String(n) },
    not: leaf.not ?? false,
  }
}

/** The definition that a draft means; null while any part of it is missing or not understood. */
export function toDefinition({ match, rows }: SegmentDraft): SegmentDefinition | null {
  const conditions = rows.map((row): SegmentCondition | null => {
    if (row.kind !== 'group') return toLeaf(row)
    const leaves = row.leaves.map(toLeaf)
    return leaves.every((leaf) => leaf !== null) ? { kind: 'group', match: row.match, conditions: leaves } : null
  })
  const parsed = segmentDefinition.safeParse({ match, conditions })
  return parsed.success ? parsed.data : null
}

/** Whether a row says something that can be asked. */
export function isComplete(row: LeafDraft): boolean {
  const leaf = toLeaf(row)
  return leaf !== null && segmentDefinition.safeParse({ match: 'all', conditions: [leaf] }).success
}

function toLeaf(draft: LeafDraft): SegmentLeaf | null {
  const timed = {
    ...(draft.within.trim() !== '' && { within: draft.within.trim() }),
    ...(draft.not && { not: true }),
  }
  if (draft.kind === 'did') {
    const event = toStep(draft)
    return event && { kind: 'did', event, ...toCount(draft.count), ...timed }
  }
  const key = draft.condition.key.trim()
  const is = toCondition({ ...draft.condition, key })
  if (key === '' || is === undefined) return null
  return draft.kind === 'trait' ? { kind: 'trait', key, is } : { kind: 'property', key, is, ...timed }
}

function toStep({ event, where }: LeafDraft): EventStep | null {
  const conditions = toConditions(where)
  if (event.trim() === '' || conditions === null) return null
  return { event: event.trim(), ...(where.length > 0 && { where: conditions }) }
}

function toCount({ op, n }: LeafDraft['count']): { count?: SegmentCount } {
  if (op === 'gte' && n.trim() === '1') return {}
  // NaN is refused by the contract, like every other count that is none.
  return { count: { [op]: n.trim() === '' ? Number.NaN : Number(n) } as SegmentCount }
}
