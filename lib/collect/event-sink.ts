import type { ProjectId } from '../core/ids'

/** What became of one row: committed now, committed before, or refused by the store for what it holds. */
export type RowFate = 'accepted' | 'duplicate' | 'refused'

/**
 * Where rows go. The promise settles only when every row is committed or refused, with one fate per row in order; it
 * rejects with an AppError (`store_unavailable`, `overloaded`) when that cannot be said, and the sender keeps its rows.
 */
export type EventSink<Row> = { append(projectId: ProjectId, rows: readonly Row[]): Promise<readonly RowFate[]> }

/** One transaction: all rows are in, `duplicates` (positions from 0) were so before; or none is, for what they hold. */
export type AppendRows<Row> = (
  projectId: ProjectId,
  rows: readonly Row[],
) => Promise<{ ok: true; duplicates: readonly number[] } | { ok: false; reason: 'refused' }>

/** One request, one transaction: for runtimes whose isolates share nothing between requests. */
export function directSink<Row>(append: AppendRows<Row>): EventSink<Row> {
  return {
    append: async (projectId, rows) => (rows.length === 0 ? [] : appendHalving(append, projectId, rows)),
  }
}

/**
 * Appends, and when the store refuses what the rows hold halves them until each bad row stands alone, so that its
 * neighbours are kept: 2·log₂ n transactions for one bad row among n. The halves keep their order, so of identical copies
 * the first is still the one accepted.
 */
export async function appendHalving<Row>(
  append: AppendRows<Row>,
  projectId: ProjectId,
  rows: readonly Row[],
): Promise<RowFate[]> {
  const outcome = await append(projectId, rows)
  if (outcome.ok) {
    const fates = Array<RowFate>(rows.length).fill('accepted')
    for (const position of outcome.duplicates) fates[position] = 'duplicate'
    return fates
  }
  if (rows.length === 1) return ['refused']
  const middle = rows.length >> 1
  const first = await appendHalving(append, projectId, rows.slice(0, middle))
  return first.concat(await appendHalving(append, projectId, rows.slice(middle)))
}
