import {
  RETENTION_INTERVALS,
  RETENTION_MODES,
  RETENTION_WINDOWS,
  type RetentionInterval,
} from '@/lib/contracts/retention'
import { type EventStep, eventStep } from '@/lib/contracts/step'

/** What the page asks besides the filter bar; it lives in the address. */
export type RetentionState = {
  interval: RetentionInterval
  mode: (typeof RETENTION_MODES)[number]
  windows: (typeof RETENTION_WINDOWS)[number]
  /** Of calendar windows only. */
  cumulative: boolean
  weekStart: 'monday' | 'sunday'
  target: EventStep
  comeback: EventStep
  /** Empty for none. */
  breakdown: string
  revenue: boolean
  /** What the cells show. */
  figures: 'ratio' | 'people'
}

/** Whoever did anything, and came back for anything. */
const ANY: EventStep = { event: '*' }

/** The state in a query string; what is missing or not understood falls back to whoever did anything, day by day. */
export function parseRetentionUrl(search: Pick<URLSearchParams, 'get'>): RetentionState {
  const pick = <Value extends string>(name: string, values: readonly Value[], fallback: Value): Value =>
    values.find((value) => value === search.get(name)) ?? fallback
  const windows = pick('windows', RETENTION_WINDOWS, 'calendar')
  return {
    interval: pick('interval', RETENTION_INTERVALS, 'day'),
    mode: pick('mode', RETENTION_MODES, 'recurring'),
    windows,
    cumulative: windows === 'calendar' && search.get('cumulative') === 'true',
    weekStart: pick('week', ['monday', 'sunday'], 'monday'),
    target: parseStep(search.get('target')),
    comeback: parseStep(search.get('return')),
    breakdown: (search.get('by') ?? '').slice(0, 200),
    revenue: search.get('revenue') === 'true',
    figures: pick('figures', ['ratio', 'people'], 'ratio'),
  }
}

function parseStep(text: string | null): EventStep {
  if (!text) return ANY
  try {
    const parsed = eventStep.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : ANY
  } catch {
    return ANY // an address that somebody cut off
  }
}

/** The parameters that a change sets in the address; null takes one out. */
export function toRetentionParams(patch: Partial<RetentionState>): Record<string, string | null> {
  const flag = (value: boolean) => (value ? 'true' : null)
  const step = ({ event, where = {} }: EventStep) =>
    event === '*' && Object.keys(where).length === 0 ? null : JSON.stringify({ event, where })
  const { interval, mode, windows, cumulative, weekStart, target, comeback, breakdown, revenue, figures } = patch
  return {
    ...(interval && { interval }),
    ...(mode && { mode }),
    ...(windows && { windows }),
    ...(cumulative !== undefined && { cumulative: flag(cumulative) }),
    ...(weekStart && { week: weekStart }),
    ...(target && { target: step(target) }),
    ...(comeback && { return: step(comeback) }),
    ...(breakdown !== undefined && { by: breakdown || null }),
    ...(revenue !== undefined && { revenue: flag(revenue) }),
    ...(figures && { figures }),
  }
}
