import { CsvError, parse } from 'csv-parse'
import { LINE_BYTES_MAX } from '../contracts/import'
import { AppError } from '../core/errors'
import { type FileRecord, toRow } from './file-record'
import type { Bytes } from './read-bytes'

const RECORDS_PER_PIECE = 500

/**
 * The rows of a CSV file (RFC 4180) by the names of its first one, some at a time. A row with another number of cells is unreadable,
 * and the rows after it are read on. A quote that never closes, and a row of more bytes than a line may have, hide everything after
 * them: `invalid_request`, so that nobody takes half a file for the whole.
 */
export async function* readCsvRecords(bytes: Bytes, delimiter: string): AsyncGenerator<FileRecord[]> {
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    relax_column_count: true,
    // A quote inside a cell is text: taken for an error, it would cost every row up to the next quote.
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: LINE_BYTES_MAX,
  })
  const feed = write(parser, bytes)
  let header: readonly string[] | undefined
  let lastLine = 0
  let records: FileRecord[] = []
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (!header) header = record.map((name) => name.trim())
      // `lines` counts up to the row's end; it began after the row before it, blank lines aside.
      else records.push(toRow(lastLine + 1, header, record))
      lastLine = info.lines
      if (records.length < RECORDS_PER_PIECE) continue
      yield records
      records = []
    }
  } catch (cause) {
    throw cause instanceof CsvError ? toUnreadable(cause) : cause
  }
  await feed
  if (records.length > 0) yield records
}

function toUnreadable(cause: CsvError): AppError {
  const line = String((cause as { lines?: number }).lines ?? '?')
  const what = cause.code === 'CSV_QUOTE_NOT_CLOSED' ? 'A quote never closes' : 'A row is too long'
  return new AppError(
    'invalid_request',
    `${what}: the file cannot be read up to line ${line}. Mend it and send it again.`,
    { cause },
  )
}

async function write(parser: ReturnType<typeof parse>, bytes: Bytes): Promise<void> {
  try {
    for await (const chunk of bytes) {
      if (parser.destroyed) return
      if (!parser.write(chunk)) await new Promise<void>((resolve) => waitForRoom(parser, resolve))
    }
    parser.end()
  } catch (error) {
    parser.destroy(error as Error)
  }
}

function waitForRoom(parser: ReturnType<typeof parse>, resolve: () => void): void {
  const settle = () => {
    parser.off('drain', settle).off('close', settle)
    resolve()
  }
  parser.on('drain', settle).on('close', settle)
}
