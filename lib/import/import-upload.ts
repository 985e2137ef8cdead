import 'server-only'
import { type CollectServices, collect } from '../collect/collect'
import type { CollectRequest } from '../collect/collect-request'
import { directSink } from '../collect/event-sink'
import type { CollectAnswer } from '../contracts/collect-answer'
import {
  BAD_LINES_MAX,
  type BadLine,
  type ImportAnswer,
  type ImportOptions,
  UPLOAD_BYTES_MAX,
} from '../contracts/import'
import type { EventRow } from '../contracts/ingest-rows'
import { appendEvents } from '../database/events'
import type { Project } from '../database/projects'
import { createEnsurePartitions } from './ensure-partitions'
import { toImportRow } from './import-row'
import { Journal } from './journal'
import { type ImportBatch, readBatches, type StampedItem } from './read-batches'
import { type Bytes, readBytes } from './read-bytes'

/** What importing needs from outside. */
export type UploadServices = {
  nowMs(): number
  /** Told of each batch when it is committed, for the figures of ingestion. */
  onBatch?: (tally: Extract<Awaited<ReturnType<typeof collect>>, { ok: true }>['tally']) => void
  signal?: AbortSignal
}

/**
 * Stores the events of a file as it arrives, with the steps that rows of a server go through, a transaction per thousand records.
 * Answers what became of every record. Broken off by a fault, what was stored stays, and the same file again adds the rest alone.
 * Throws `payload_too_large`, `invalid_encoding`, and what the store throws.
 */
export async function importUpload(
  project: Project,
  bytes: Bytes,
  options: ImportOptions,
  { nowMs, onBatch, signal }: UploadServices,
): Promise<ImportAnswer> {
  const journal = new Journal()
  const sum = startSum()
  const ensurePartitions = createEnsurePartitions(nowMs())
  const append = async (items: readonly StampedItem[]) => {
    const outcome = await collect(toRequest(project, items, nowMs()), toImportRow, toServices(nowMs))
    if (!outcome.ok) throw new Error(`an import was refused: ${outcome.reason}`)
    onBatch?.(outcome.tally)
    return outcome.answer
  }
  try {
    for await (const batch of readBatches(readBytes(bytes, UPLOAD_BYTES_MAX), options, journal)) {
      signal?.throwIfAborted()
      await ensurePartitions(batch.items.map(({ timestamp }) => timestamp).filter(isInstant))
      if (batch.links.length > 0) await append(batch.links)
      addBatch(sum, batch, batch.items.length > 0 ? await append(batch.items) : NOTHING)
    }
  } finally {
    journal.close()
  }
  return toAnswer(sum)
}

const NOTHING: CollectAnswer = { accepted: 0, duplicates: 0, rejected: [] }

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

function toServices(nowMs: () => number): CollectServices<EventRow> {
  return {
    projects: { readProjectByKey: async () => null, readProjectBySlug: async () => null },
    sink: directSink(appendEvents),
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
