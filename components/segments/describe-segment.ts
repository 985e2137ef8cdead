import type { SegmentCondition, SegmentDefinition, SegmentLeaf } from '@/lib/contracts/segment'
import type { Condition } from '@/lib/contracts/step'
import { OPERATORS, toConditionDraft, toOperand } from './condition-draft'

/** A definition in words, to follow `People`: `who did order_placed at least twice in the last 30 days, and whose plan is pro`. */
export function describeSegment({ match, conditions }: Pick<SegmentDefinition, 'match' | 'conditions'>): string {
  return conditions.map(describeCondition).join(match === 'all' ? ', and ' : ', or ')
}

function describeCondition(condition: SegmentCondition): string {
  if (condition.kind !== 'group') return describeLeaf(condition)
  const parts = condition.conditions.map(describeLeaf).join(condition.match === 'all' ? ' and ' : ' or ')
  return condition.conditions.length > 1 ? `(${parts})` : parts
}

function describeLeaf(leaf: SegmentLeaf): string {
  if (leaf.kind === 'trait') return `whose ${describeValue(leaf.key, leaf.is)}`
  const when = leaf.within === undefined ? '' : ` in the last ${describeTime(leaf.within)}`
  if (leaf.kind === 'property') {
    return `${leaf.not ? 'who were never seen' : 'who were seen'} where ${describeValue(leaf.key, leaf.is)}${when}`
  }
  const { event, where = {} } = leaf.event
  const what = event === '*' ? 'anything' : event
  const conditions = Object.entries(where).map(([key, is]) => describeValue(key, is))
  const which = conditions.length > 0 ? ` where ${conditions.join(' and ')}` : ''
  return `${describeDeed(leaf, what)}${which}${when}`
}

function describeDeed({ count = { gte: 1 }, not }: Extract<SegmentLeaf, { kind: 'did' }>, what: string): string {
  if ('gte' in count && count.gte === 1) return not ? `who did not do ${what}` : `who did ${what}`
  if ('eq' in count && count.eq === 0) return not ? `who did ${what}` : `who did not do ${what}`
  const [words, n] =
    'gte' in count ? ['at least', count.gte] : 'lte' in count ? ['at most', count.lte] : ['exactly', count.eq]
  return `${not ? 'who did not do' : 'who did'} ${what} ${words} ${n === 1 ? 'once' : n === 2 ? 'twice' : `${n} times`}`
}

function describeValue(key: string, is: Condition): string {
  const { op, value } = toConditionDraft(key, is)
  const words = OPERATORS.find((each) => each.op === op)?.text ?? op
  return toOperand(op) === 'nothing' ? `${key} ${words}` : `${key} ${words} ${value}`
}

/** `30d` as `30 days`, `1w` as `week`; what is no such time stays. */
export function describeTime(within: string): string {
  const [, count, unit] = /^\s*([\d.]+)([smhdw])\s*$/.exec(within) ?? []
  if (count === undefined || unit === undefined) return within
  return count === '1' ? (UNITS[unit] ?? within) : `${count} ${UNITS[unit]}s`
}

const UNITS: Readonly<Record<string, string>> = { s: 'second', m: 'minute', h: 'hour', d: 'day', w: 'week' }
