import type { ProjectId } from '../core/ids'

/**
 * What became of one row: committed now; committed before; refused by the store for what it holds; refused and parked among
 * the dead letters; or spilled, kept elsewhere until the store is back, when it will be one of the others.
 */
export type RowFate = 'accepted' | 'duplicate' | 'refused' | 'parked' | 'spilled'

/**
 * Where rows go. The promise settles only when every row is committed, spilled or refused, with one fate per row in
 * order; it rejects with an AppError (`store_unavailable`, `overloaded`) when that cannot be said, and the sender keeps its rows.
 */
export type EventSink<Row> = { append(projectId: ProjectId, rows: readonly Row[]): Promise<readonly RowFate[]> }

/**
 * What became of rows that go together. Kept: all are `fate` (absent: accepted), but `duplicates` (positions from 0) were
 * there before. Or none is, for what they hold; `code` is the SQLSTATE, when it is known.
 */
export type AppendOutcome =
  | { ok: true; duplicates: readonly number[]; fate?: 'spilled' | 'parked' }
  | { ok: false; reason: 'refused'; code?: string }

/** One transaction. Rejects with an AppError when nobody can say what became of it. */
export type AppendRows<Row> = (projectId: ProjectId, rows: readonly Row[]) => Promise<AppendOutcome>

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
  if (outcome.ok) return toFates(outcome, rows.length)
  if (rows.length === 1) return ['refused']
  const middle = rows.length >> 1
  const first = await appendHalving(append, projectId, rows.slice(0, middle))
  return first.concat(await appendHalving(append, projectId, rows.slice(middle)))
}

/** One fate per row of a batch that was kept whole. */
export function toFates(outcome: Extract<AppendOutcome, { ok: true }>, count: number): RowFate[] {
  const fates = Array<RowFate>(count).fill(outcome.fate ?? 'accepted')
  for (const position of outcome.duplicates) fates[position] = 'duplicate'
  return fates
}
