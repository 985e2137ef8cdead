import { toChangeRatio } from '@/lib/core/ratio'
import { formatRatio } from './format-number'

/** Which way is better for a figure; `neither` when more and less are both just facts. */
export type BetterWhen = 'higher' | 'lower' | 'neither'

/** A figure against the same figure of the period before. `new` rose from zero, which no ratio can express. */
export type Change =
  | { kind: 'changed'; direction: 'up' | 'down'; tone: 'better' | 'worse' | 'neutral'; text: string }
  | { kind: 'same' }
  | { kind: 'new'; tone: 'better' | 'worse' | 'neutral' }
  | { kind: 'unknown'; reason: string }

function toTone(direction: 'up' | 'down', betterWhen: BetterWhen): 'better' | 'worse' | 'neutral' {
  if (betterWhen === 'neither') return 'neutral'
  return (direction === 'up') === (betterWhen === 'higher') ? 'better' : 'worse'
}

function toUnknown(current: number | null): Change {
  return { kind: 'unknown', reason: current === null ? 'Nothing measured in this period' : 'No earlier value' }
}

/** The relative change of an amount: `12.3%`, `×14` from ten times on. Changes below 0.05 % count as none. */
export function toChange(current: number | null, previous: number | null, betterWhen: BetterWhen): Change {
  if (current === null || previous === null) return toUnknown(current)
  if (current === previous) return { kind: 'same' }
  const ratio = toChangeRatio(current, previous)
  if (ratio === null) return { kind: 'new', tone: toTone(current > 0 ? 'up' : 'down', betterWhen) }
  if (Math.abs(ratio) < 0.0005) return { kind: 'same' }
  const direction = ratio > 0 ? 'up' : 'down'
  const text = ratio >= 9 ? `×${Math.round(ratio + 1)}` : formatRatio(Math.abs(ratio))
  return { kind: 'changed', direction, tone: toTone(direction, betterWhen), text }
}

/** The change of a ratio in percentage points: `1.4 pp`. Below 0.05 points it counts as none. */
export function toPointChange(current: number | null, previous: number | null, betterWhen: BetterWhen): Change {
  if (current === null || previous === null) return toUnknown(current)
  const points = Math.round((current - previous) * 1_000) / 10
  if (points === 0) return { kind: 'same' }
  const direction = points > 0 ? 'up' : 'down'
  return { kind: 'changed', direction, tone: toTone(direction, betterWhen), text: `${Math.abs(points)} pp` }
}
