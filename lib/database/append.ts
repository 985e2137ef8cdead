import { AppError } from '../core/errors'
import type { ProjectId } from '../core/ids'
import { callFunction, readStoreCode } from './client'

/**
 * What became of a batch: all of it is committed, `duplicates` (positions from 0) were there before; or it was refused whole
 * for what it holds, `code` being the SQLSTATE.
 */
export type AppendOutcome = { ok: true; duplicates: readonly number[] } | { ok: false; reason: 'refused'; code: string }

/** The store's column for each field of a row. */
export type Columns<Row> = Readonly<Record<Extract<keyof Row, string>, string>>

/** SQLSTATE classes that blame the rows: data exception, integrity violation, a limit such as the size of an index entry. */
const REFUSAL = /^(22|23|54)/

/** A row as the append functions take it: column names, and nothing that is null. */
export type StoreRow = Readonly<Record<string, unknown>>

/** The SQLSTATE when the store refused what was sent for what it holds; null for every other error. */
export function readRefusalCode(error: unknown): string | null {
  const code = readStoreCode(error) ?? ''
  return REFUSAL.test(code) ? code : null
}

/** Appends rows as `appendStoreRows` does, after giving their fields the store's names. */
export function appendRows<Row extends object>(
  name: string,
  columns: Columns<Row>,
  projectId: ProjectId,
  rows: readonly Row[],
): Promise<AppendOutcome> {
  return appendStoreRows(
    name,
    projectId,
    rows.map((row) => toStoreRow(row, columns)),
  )
}

/**
 * Appends rows through the SQL function `name`, in one transaction. A refusal of the data is a value; everything else that
 * goes wrong throws `store_unavailable`, so that the sender keeps what was not committed.
 */
export async function appendStoreRows(
  name: string,
  projectId: ProjectId,
  rows: readonly StoreRow[],
): Promise<AppendOutcome> {
  try {
    const answer = await callFunction<{ duplicates: number[] }>(name, { p_project_id: projectId, p_rows: rows })
    return { ok: true, duplicates: answer.duplicates }
  } catch (cause) {
    const code = readRefusalCode(cause)
    if (code !== null) return { ok: false, reason: 'refused', code }
    if (cause instanceof AppError && cause.code === 'store_unavailable') throw cause
    throw new AppError('store_unavailable', 'The store could not keep the batch; send it again soon.', {
      cause,
      retryAfterMs: 2_000,
    })
  }
}

/** The row with the store's column names; fields without a column and nulls are left out. */
export function toStoreRow<Row extends object>(row: Row, columns: Columns<Row>): StoreRow {
  const stored: Record<string, unknown> = {}
  for (const field of Object.keys(columns) as Extract<keyof Row, string>[]) {
    const value = row[field]
    if (value !== undefined && value !== null) stored[columns[field]] = value
  }
  return stored
}
