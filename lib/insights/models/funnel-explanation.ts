import { findUnmet } from './step-condition'

type Where = Parameters<typeof findUnmet>[0]
export type ExplainedFunnel = {
  order: 'ordered' | 'strict' | 'unordered'
  windowMs: number
  steps: readonly { event: string; where?: Where | undefined }[]
  exclusions: readonly { fromStep: number; toStep: number }[]
}
/** The attempt that counts of one unit (the person, or one session); `times[k]` null for a step it did not do. */
export type Path = {
  unit: string
  reached: number
  isExcluded: boolean
  start: number
  times: readonly (number | null)[]
}
/** A row: bit k - 1 of `mask` is step k, bits beyond the steps are exclusions; `named` looks at names only. In time order. */
export type Row = {
  unit: string
  timestamp: number
  event: string
  named: number
  mask: number
  values: Readonly<Record<string, unknown>>
}
/** As lib/contracts/funnel-explain.ts, times in ms. */
export type Reason =
  | { code: 'converted'; at: number }
  | { code: 'never_entered' }
  | { code: 'never_did'; windowEndedAt: number }
  | { code: 'condition_failed'; at: number; key: string; expected: Where[string]; actual: unknown }
  | { code: 'too_late'; at: number; windowEndedAt: number; lateMs: number }
  | { code: 'too_early'; at: number }
  | { code: 'interrupted'; at: number; event: string }
  | { code: 'excluded'; at: number; event: string; exclusion: number }
  | { code: 'another_session'; at: number }
export type Explanation = { path: Path | null; missingStep: number | null; reasons: Reason[] }

/** Of what failed in the same way the latest few are told. */
const TOLD_MAX = 3

/**
 * Why one person got no further than they did: the attempt that counts (of several sessions the furthest, a clean one first, then the
 * earliest), the step that is missing, and what stood in its way, the most telling first; never without a reason.
 */
export function explainFunnel(funnel: ExplainedFunnel, paths: readonly Path[], rows: readonly Row[]): Explanation {
  const path = paths.reduce<Path | null>((best, each) => (best === null || isBetter(each, best) ? each : best), null)
  if (path === null) {
    const failed = toFailed(funnel, rows, 0)
    return { path, missingStep: 1, reasons: failed.length > 0 ? failed : [{ code: 'never_entered' }] }
  }
  if (path.isExcluded) return { path, missingStep: null, reasons: toExcluded(funnel, path, rows) }
  if (path.reached === funnel.steps.length) {
    return { path, missingStep: null, reasons: [{ code: 'converted', at: toLastMs(path) }] }
  }
  const missing = funnel.order === 'unordered' ? findMissing(funnel, path, rows) : path.reached
  return { path, missingStep: missing + 1, reasons: toReasons(funnel, path, rows, missing) }
}

function isBetter(one: Path, other: Path): boolean {
  if (one.reached !== other.reached) return one.reached > other.reached
  if (one.isExcluded !== other.isExcluded) return other.isExcluded
  return one.start < other.start
}

const has = (mask: number, index: number) => (mask & (1 << index)) !== 0
const toLastMs = ({ times, start }: Path) => Math.max(start, ...times.filter((time) => time !== null))

function toReasons(funnel: ExplainedFunnel, path: Path, rows: readonly Row[], missing: number): Reason[] {
  const endMs = path.start + funnel.windowMs
  // In any order the whole window counts, else what follows the step before.
  const sinceMs = funnel.order === 'unordered' ? path.start : toLastMs(path)
  const own = rows.filter(({ unit }) => unit === path.unit)
  const matching = (row: Row) => has(row.mask, missing)
  const near = own.filter(({ timestamp }) => timestamp >= sinceMs && timestamp <= endMs)
  const late = own.find((row) => matching(row) && row.timestamp > endMs)
  const early = own.findLast((row) => matching(row) && row.timestamp < sinceMs)
  const other = rows.find((row) => matching(row) && row.unit !== path.unit)
  const reasons: Reason[] = []
  if (funnel.order === 'strict') {
    const next = own.find((row) => row.timestamp > sinceMs)
    if (next && next.timestamp <= endMs && !has(next.named, missing)) {
      reasons.push({ code: 'interrupted', at: next.timestamp, event: next.event })
    }
  }
  reasons.push(...toFailed(funnel, near, missing))
  if (late) {
    reasons.push({ code: 'too_late', at: late.timestamp, windowEndedAt: endMs, lateMs: late.timestamp - endMs })
  }
  if (early && funnel.order !== 'strict') reasons.push({ code: 'too_early', at: early.timestamp })
  if (other) reasons.push({ code: 'another_session', at: other.timestamp })
  return reasons.length > 0 ? reasons : [{ code: 'never_did', windowEndedAt: endMs }]
}

function toFailed({ steps }: ExplainedFunnel, rows: readonly Row[], index: number): Reason[] {
  const where = steps[index]?.where ?? {}
  const failed = rows.flatMap((row): Reason[] => {
    if (!has(row.named, index) || has(row.mask, index)) return []
    const unmet = findUnmet(where, row.values)
    return unmet === null ? [] : [{ code: 'condition_failed', at: row.timestamp, ...unmet }]
  })
  return failed.slice(-TOLD_MAX)
}

/** The first row of each exclusion that lies in its part of the attempt. */
function toExcluded(funnel: ExplainedFunnel, path: Path, rows: readonly Row[]): Reason[] {
  return funnel.exclusions.flatMap(({ fromStep, toStep }, index): Reason[] => {
    const fromMs = path.times[fromStep - 1] ?? null
    const toMs = path.times[toStep - 1] ?? null
    if (fromMs === null) return []
    const row = rows.find(
      ({ unit, mask, timestamp }) =>
        unit === path.unit &&
        has(mask, funnel.steps.length + index) &&
        timestamp > fromMs &&
        (toMs === null ? timestamp <= path.start + funnel.windowMs : timestamp < toMs),
    )
    return row ? [{ code: 'excluded', at: row.timestamp, event: row.event, exclusion: index + 1 }] : []
  })
}

/** The first step without any row in the window; the last one where each has some, but not one of its own. */
function findMissing({ steps, windowMs }: ExplainedFunnel, { unit, start }: Path, rows: readonly Row[]): number {
  const near = rows.filter((row) => row.unit === unit && row.timestamp >= start && row.timestamp <= start + windowMs)
  const missing = steps.findIndex((_, index) => !near.some(({ mask }) => has(mask, index)))
  return missing < 0 ? steps.length - 1 : missing
}
