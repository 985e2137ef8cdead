import { AppError } from '../core/errors'
import type { ProjectId } from '../core/ids'
import type { Breaker } from './breaker'
import type { AppendOutcome, AppendRows } from './event-sink'

/** Keeps rows safe outside the store; false when that is not possible. Never rejects. */
export type SpillRows<Row> = (projectId: ProjectId, rows: readonly Row[]) => Promise<boolean>

export type SpillingOptions = {
  breaker: Breaker
  /** A store that has not answered by then is not waited for, if the rows can be spilled. */
  patienceMs?: number
}

const PATIENCE_MS = 5_000

/**
 * Appends as `append` does, and spills the rows together when the store is away, or slow beyond patience. While the breaker is
 * open the store is not asked at all. Rows that cannot be spilled either fail as the store failed (`store_unavailable`).
 *
 * An answer that came too late, or got lost, may have been a commit: then the rows are in the store and in the spill, and
 * whoever empties that finds duplicates.
 */
export function spillingAppend<Row>(
  append: AppendRows<Row>,
  spill: SpillRows<Row>,
  { breaker, patienceMs = PATIENCE_MS }: SpillingOptions,
): AppendRows<Row> {
  const spilled: AppendOutcome = { ok: true, duplicates: [], fate: 'spilled' }

  return async (projectId, rows) => {
    if (!breaker.tryEnter()) {
      if (await spill(projectId, rows)) return spilled
      throw new AppError('store_unavailable', 'The store does not answer; send it again soon.', {
        cause: new Error('not asked, as it failed a moment ago'),
        retryAfterMs: 2_000,
      })
    }
    const outcome = append(projectId, rows)
    try {
      const first = await withPatience(outcome, patienceMs)
      if (first !== 'late') {
        breaker.succeed()
        return first
      }
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'store_unavailable')) {
        breaker.succeed()
        throw error
      }
      breaker.fail()
      if (await spill(projectId, rows)) return spilled
      throw error
    }
    breaker.fail()
    // Somebody else's by now: nobody is left to hear of its failure.
    outcome.catch(() => {})
    return (await spill(projectId, rows)) ? spilled : outcome
  }
}

async function withPatience<Value>(work: Promise<Value>, patienceMs: number): Promise<Value | 'late'> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), patienceMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
