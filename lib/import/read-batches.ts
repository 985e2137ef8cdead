import { hash } from 'node:crypto'
import type { BadLine, ImportOptions } from '../contracts/import'
import { isUuid, toUuid } from '../core/ids'
import type { FileRecord } from './file-record'
import { toLogVisit } from './formats/combined-log'
import { readMapped } from './formats/mapped'
import { toMixpanelEvent } from './formats/mixpanel'
import { toPostHogEvent } from './formats/posthog'
import { toUmamiEvent } from './formats/umami'
import type { ImportItem, Translation } from './import-item'
import type { Journal } from './journal'
import type { Bytes } from './read-bytes'
import { readRecords } from './read-records'

/** Idle longer than this, a visit of a log is over: the convention of web analytics, and of this product's SDK. */
const SESSION_IDLE_MS = 30 * 60_000
/** Records of one batch, and so of one transaction. */
const BATCH_RECORDS = 1_000

/** An event with its id, ready to be sent. */
export type StampedItem = ImportItem & { id: string }

/**
 * Some records of a file: its events with the lines they stand on, identifications that tie their people together, what was bad and
 * what was none. `records = items + badLines + skipped`.
 */
export type ImportBatch = {
  records: number
  items: readonly StampedItem[]
  lines: readonly number[]
  links: readonly StampedItem[]
  badLines: readonly BadLine[]
  skipped: number
}

/**
 * The events of a file in batches, without its first `skipRecords` records. Ids are pure functions of a record: the one that it
 * carries, else a hash of its content and of how many equal ones stood before it, so that two equal lines are two events and
 * the same file again none. The journal holds what that needs, also for records left out by an earlier, interrupted run.
 */
export async function* readBatches(
  bytes: Bytes,
  options: ImportOptions,
  journal: Journal,
  { skipRecords = 0, batchRecords = BATCH_RECORDS }: { skipRecords?: number; batchRecords?: number } = {},
): AsyncGenerator<ImportBatch> {
  const translate = toTranslator(options)
  let left = skipRecords
  let pending: FileRecord[] = []
  for await (const piece of readRecords(bytes, options)) {
    const records = left > 0 ? piece.slice(left) : piece
    left -= piece.length - records.length
    pending.push(...records)
    while (pending.length >= batchRecords) {
      yield toBatch(pending.slice(0, batchRecords), translate, journal)
      pending = pending.slice(batchRecords)
    }
  }
  if (pending.length > 0) yield toBatch(pending, translate, journal)
}

type Value = Extract<FileRecord, { ok: true }>['value']
type Translate = (value: Value) => Translation

function toTranslator(options: ImportOptions): Translate {
  const { format, mapping, timezone = 'UTC' } = options
  if (format === 'combined-log') return (value) => toLogVisit(value as string)
  const read = toRowReader()
  return (value) => read(value as Readonly<Record<string, unknown>>)

  function toRowReader(): (row: Readonly<Record<string, unknown>>) => Translation {
    switch (format) {
      case 'umami':
        return (row) => toUmamiEvent(row, timezone)
      case 'posthog':
        return (row) => toPostHogEvent(row, timezone)
      case 'mixpanel':
        return (row) => toMixpanelEvent(row, timezone)
      default:
        return readMapped(mapping, { isText: format === 'csv', timezone })
    }
  }
}

function toBatch(records: readonly FileRecord[], translate: Translate, journal: Journal): ImportBatch {
  const items: StampedItem[] = []
  const lines: number[] = []
  const links: StampedItem[] = []
  const badLines: BadLine[] = []
  let skipped = 0
  for (const record of records) {
    const { line } = record
    const translation: Translation = record.ok ? translate(record.value) : { kind: 'bad', reason: record.reason }
    if (translation.kind === 'skip') skipped += 1
    else if (translation.kind === 'bad') badLines.push({ line, reason: translation.reason })
    else {
      const { item, isVisit, link } = translation
      const id = toId(item.id, record.ok ? record.content : '', journal)
      items.push({ ...item, id, ...(isVisit && { sessionId: toSession(item, journal) }) })
      lines.push(line)
      if (link) links.push(...toLink(link, item.timestamp, journal))
    }
  }
  return { records: records.length, items, lines, links, badLines, skipped }
}

function toSession({ anonymousId = '', timestamp }: ImportItem, journal: Journal): string {
  return journal.readSession(anonymousId, timestamp, SESSION_IDLE_MS)
}

function toId(given: string | undefined, content: string, journal: Journal): string {
  if (given !== undefined) return isUuid(given) ? given.toLowerCase() : toHashId(`id\n${given}`)
  return toHashId(`content\n${journal.countSeen(content)}\n${content}`)
}

function toHashId(text: string): string {
  return toUuid(hash('sha256', text, 'buffer'))
}

// Two ids are tied together once; every further line that names both would only say it again.
function toLink(link: { userId: string; anonymousId: string }, timestamp: number, journal: Journal): StampedItem[] {
  const text = `link\n${link.userId}\n${link.anonymousId}`
  return journal.countSeen(text) > 0 ? [] : [{ type: 'identify', id: toHashId(text), timestamp, ...link }]
}
