import { AppError } from '../core/errors'
import type { ProjectId } from '../core/ids'
import { callFunction, readStoreCode } from './client'

/** What became of a batch: all of it is committed, `duplicates` (positions from 0) were there before; or it was refused whole. */
export type AppendOutcome = { ok: true; duplicates: readonly number[] } | { ok: false; reason: 'refused' }

/** The store's column for each field of a row. */
export type Columns<Row> = Readonly<Record<Extract<keyof Row, string>, string>>

/** SQLSTATE classes that blame the rows: data exception, integrity violation, a limit such as the size of an index entry. */
const REFUSAL = /^(22|23|54)/

/**
 * Appends rows through the SQL function `name`, in one transaction. A refusal of the data is a value; everything else that
 * goes wrong throws `store_unavailable`, so that the sender keeps what was not committed.
 */
export async function appendRows<Row extends object>(
  name: string,
  columns: Columns<Row>,
  projectId: ProjectId,
  rows: readonly Row[],
): Promise<AppendOutcome> {
  try {
    const answer = await callFunction<{ duplicates: number[] }>(name, {
      p_project_id: projectId,
      p_rows: rows.map((row) => toStoreRow(row, columns)),
    })
    return { ok: true, duplicates: answer.duplicates }
  } catch (cause) {
    if (REFUSAL.test(readStoreCode(cause) ?? '')) return { ok: false, reason: 'refused' }
    if (cause instanceof AppError && cause.code === 'store_unavailable') throw cause
    throw new AppError('store_unavailable', 'The store could not keep the batch; send it again soon.', {
      cause,
      retryAfterMs: 2_000,
    })
  }
}

function toStoreRow<Row extends object>(row: Row, columns: Columns<Row>): Record<string, unknown> {
  const stored: Record<string, unknown> = {}
  for (const field of Object.keys(columns) as Extract<keyof Row, string>[]) {
    const value = row[field]
    if (value !== undefined && value !== null) stored[columns[field]] = value
  }
  return stored
}
