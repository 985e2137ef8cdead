import 'server-only'
import { type CollectServices, collect } from '../collect/collect'
import type { CollectRequest, RowContext, RowOutcome } from '../collect/collect-request'
import { type AppendRows, directSink } from '../collect/event-sink'
import type { CountedRow } from '../collect/tally'
import type { CollectAnswer } from '../contracts/collect-answer'
import {
  BAD_LINES_MAX,
  type BadLine,
  type ImportAnswer,
  type ImportOptions,
  UPLOAD_BYTES_MAX,
  UPLOAD_IDLE_MS,
} from '../contracts/import'
import { AppError } from '../core/errors'
import { appendEvents } from '../database/events'
import type { Project } from '../database/projects'
import { appendVitals } from '../database/vitals'
import { createEnsurePartitions } from './ensure-partitions'
import { toImportRow, toImportVitalsRow } from './import-row'
import { Journal } from './journal'
import { type ImportBatch, readBatches, type StampedItem } from './read-batches'
import { type Bytes, readBytes } from './read-bytes'
import { watchIdle } from './watch-idle'

/** What importing needs from outside. */
export type UploadServices = {
  nowMs(): number
  /** Told of each batch when it is committed, for the figures of ingestion. */
  onBatch?: (tally: Extract<Awaited<ReturnType<typeof collect>>, { ok: true }>['tally']) => void
  signal?: AbortSignal
  /** How long nothing may come. */
  idleMs?: number
}

/**
 * Stores the events and web vitals of a file as it arrives, with the steps that rows of a server go through, a transaction per thousand records.
 * Answers what became of every record. Broken off by a fault, what was stored stays, and the same file again adds the rest alone.
 * Throws `payload_too_large`, `invalid_encoding`, `upload_stalled` when nothing comes for a while, and what the store throws.
 */
export async function importUpload(
  project: Project,
  bytes: Bytes,
  options: ImportOptions,
  { nowMs, onBatch, signal, idleMs = UPLOAD_IDLE_MS }: UploadServices,
): Promise<ImportAnswer> {
  const journal = new Journal()
  const sum = startSum()
  const ensurePartitions = createEnsurePartitions(nowMs())
  const appendLane = async <Row extends CountedRow>(
    items: readonly StampedItem[],
    toRow: (item: unknown, context: RowContext) => RowOutcome<Row>,
    appendRows: AppendRows<Row>,
  ) => {
    if (items.length === 0) return NOTHING
    const outcome = await collect(toRequest(project, items, nowMs()), toRow, toServices(nowMs, appendRows))
    if (!outcome.ok) throw new Error(`an import was refused: ${outcome.reason}`)
    onBatch?.(outcome.tally)
    return outcome.answer
  }
  const append = async (items: readonly StampedItem[]): Promise<CollectAnswer> => {
    const [vitals, events] = [true, false].map((isVitals) =>
      [...items.keys()].filter((index) => (items[index]?.type === 'vitals') === isVitals),
    ) as [number[], number[]]
    const pick = (indexes: readonly number[]) => indexes.map((index) => items[index] as StampedItem)
    return joinAnswers([
      [events, await appendLane(pick(events), toImportRow, appendEvents)],
      [vitals, await appendLane(pick(vitals), toImportVitalsRow, appendVitals)],
    ])
  }
  const arriving = watchIdle(bytes, idleMs, () => toStalled(sum.records, idleMs))
  try {
    for await (const batch of readBatches(readBytes(arriving, UPLOAD_BYTES_MAX), options, journal)) {
      signal?.throwIfAborted()
      await ensurePartitions(batch.items.map(({ timestamp }) => timestamp).filter(isInstant))
      if (batch.links.length > 0) await append(batch.links)
      addBatch(sum, batch, await append(batch.items))
    }
  } finally {
    journal.close()
  }
  return toAnswer(sum)
}

const NOTHING: CollectAnswer = { accepted: 0, duplicates: 0, rejected: [] }

/** The answers to parts of a batch as one: each with the places that its items have in the whole. */
function joinAnswers(parts: readonly (readonly [indexes: readonly number[], CollectAnswer])[]): CollectAnswer {
  return {
    accepted: parts.reduce((total, [, { accepted }]) => total + accepted, 0),
    duplicates: parts.reduce((total, [, { duplicates }]) => total + duplicates, 0),
    rejected: parts
      .flatMap(([indexes, { rejected }]) => rejected.map((each) => ({ ...each, index: indexes[each.index] as number })))
      .sort((one, other) => one.index - other.index),
  }
}

function toStalled(records: number, idleMs: number): AppError {
  return new AppError(
    'upload_stalled',
    `Nothing came for ${idleMs / 1_000} seconds. ${records} records are stored; send the same file again, and what is stored is not added twice.`,
    { details: { records } },
  )
}

// No key, address or header of whoever uploads says anything about the people in the file.
function toRequest(project: Project, items: readonly StampedItem[], receivedMs: number): CollectRequest {
  return {
    headers: new Headers(),
    sender: { kind: 'secret', project },
    batch: { items },
    sameOrigin: 'unsaid',
    address: null,
    country: null,
    isDataCentre: false,
    receivedMs,
  }
}

function toServices<Row extends CountedRow>(nowMs: () => number, append: AppendRows<Row>): CollectServices<Row> {
  return {
    projects: { readProjectByKey: async () => null, readProjectBySlug: async () => null },
    sink: directSink(append),
    installOrigins: [],
    takeToken: () => ({ ok: true }),
    readVisitorSalt: async () => null,
    nowMs,
  }
}

type Sum = Omit<ImportAnswer, 'badLines' | 'from' | 'to'> & { badLines: BadLine[]; fromMs: number; toMs: number }

function startSum(): Sum {
  const none = { records: 0, accepted: 0, duplicates: 0, skipped: 0, rejected: 0 }
  return { ...none, badLines: [], fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY }
}

function addBatch(sum: Sum, batch: ImportBatch, answer: CollectAnswer): void {
  const refused = answer.rejected.map(({ index, reason }) => ({ line: batch.lines[index] as number, reason }))
  const bad = [...batch.badLines, ...refused].sort((one, other) => one.line - other.line)
  sum.records += batch.records
  sum.accepted += answer.accepted
  sum.duplicates += answer.duplicates
  sum.skipped += batch.skipped
  sum.rejected += bad.length
  sum.badLines.push(...bad.slice(0, BAD_LINES_MAX - sum.badLines.length))
  for (const { timestamp } of batch.items) {
    sum.fromMs = Math.min(sum.fromMs, timestamp)
    sum.toMs = Math.max(sum.toMs, timestamp)
  }
}

function toAnswer({ fromMs, toMs, ...counts }: Sum): ImportAnswer {
  return { ...counts, from: toIso(fromMs), to: toIso(toMs) }
}

function toIso(ms: number): string | null {
  return isInstant(ms) ? new Date(ms).toISOString() : null
}

function isInstant(ms: number): boolean {
  return Math.abs(ms) <= 8.64e15
}
