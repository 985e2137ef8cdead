import type { BadLineReason } from '../contracts/import'

/**
 * One record of a file: the line it begins on (from 1), `content` that makes its id, and its value: a text for logs, an object
 * by column or key for all others. Or why it has none.
 */
export type FileRecord =
  | { line: number; ok: true; content: string; value: string | Readonly<Record<string, unknown>> }
  | { line: number; ok: false; reason: BadLineReason }

/** A row of cells by the names of the header; unreadable when it has another number of them. */
export function toRow(line: number, header: readonly string[], cells: readonly string[]): FileRecord {
  if (cells.length !== header.length) return { line, ok: false, reason: 'unreadable' }
  const value = Object.fromEntries(header.map((name, index) => [name, cells[index] as string]))
  return { line, ok: true, content: JSON.stringify(cells), value }
}
