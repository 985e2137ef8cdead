import type { ImportOptions } from '../contracts/import'
import { type FileRecord, toRow } from './file-record'
import type { Bytes } from './read-bytes'
import { readCsvRecords } from './read-csv'
import { readLines } from './read-lines'

/** The records of a file in order, some at a time; blank lines are none. Holds no more than a piece of the file. */
export function readRecords(bytes: Bytes, options: ImportOptions): AsyncGenerator<FileRecord[]> {
  const { format } = options
  if (format === 'combined-log') return readEach(bytes, (text) => text)
  if (format === 'ndjson' || format === 'posthog' || format === 'mixpanel') return readEach(bytes, parseObject)
  if (options.delimiter === 'whitespace') return readColumns(bytes)
  return readCsvRecords(bytes, options.delimiter === 'tab' ? '\t' : (options.delimiter ?? ','))
}

type Value = string | Readonly<Record<string, unknown>>

async function* readEach(bytes: Bytes, parse: (text: string) => Value | null): AsyncGenerator<FileRecord[]> {
  for await (const lines of readLines(bytes)) {
    const records: FileRecord[] = []
    for (const { line, text } of lines) {
      if (text === null) records.push({ line, ok: false, reason: 'line_too_long' })
      else if (text.trim() !== '') records.push(toRecord(line, text, parse(text)))
    }
    yield records
  }
}

function toRecord(line: number, content: string, value: Value | null): FileRecord {
  return value === null ? { line, ok: false, reason: 'unreadable' } : { line, ok: true, content, value }
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null // a line that is no JSON
  }
}

// Columns of fixed widths and of several blanks between them: nothing is quoted there.
async function* readColumns(bytes: Bytes): AsyncGenerator<FileRecord[]> {
  let header: readonly string[] | undefined
  for await (const lines of readLines(bytes)) {
    const records: FileRecord[] = []
    for (const { line, text } of lines) {
      if (text === null) records.push({ line, ok: false, reason: 'line_too_long' })
      const cells = text?.trim().split(/\s+/) ?? ['']
      if (cells[0] === '') continue
      if (!header) header = cells
      else records.push(toRow(line, header, cells))
    }
    yield records
  }
}
