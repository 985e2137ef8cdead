import { createReadStream, statSync } from 'node:fs'
import type { BadLine, ImportOptions } from '../../lib/contracts/import'
import type { Journal, Progress } from '../../lib/import/journal'
import { type ImportBatch, readBatches, type StampedItem } from '../../lib/import/read-batches'
import { readBytes } from '../../lib/import/read-bytes'

/** Records of one request. */
const BATCH_RECORDS = 2_000

/** Sends some events; gives what became of them, bad lines counted within them from 1. */
export type Send = (
  items: readonly StampedItem[],
) => Promise<{ accepted: number; duplicates: number; badLines: readonly BadLine[] }>

/**
 * Sends what the journal does not yet know to be sent of a file, batch by batch, and notes each in the journal once it is
 * committed. Killed anywhere it repeats one batch at most, whose ids are the same again. Gives the counts of the whole file.
 */
export async function runImport(
  file: string,
  options: ImportOptions,
  {
    journal,
    send,
    onProgress,
    batchRecords = BATCH_RECORDS,
  }: {
    journal: Journal
    send: Send
    onProgress: (progress: Progress, readRatio: number) => void
    batchRecords?: number
  },
): Promise<Progress> {
  const sizeBytes = statSync(file).size
  const stream = createReadStream(file)
  let progress = journal.readProgress()
  const batches = readBatches(readBytes(stream), options, journal, { skipRecords: progress.records, batchRecords })
  for await (const batch of batches) {
    if (batch.links.length > 0) await send(batch.links)
    const answer = batch.items.length > 0 ? await send(batch.items) : NOTHING
    progress = addBatch(progress, batch, answer)
    journal.addBadLines([...batch.badLines, ...toFileLines(answer.badLines, batch)])
    journal.commit(progress)
    onProgress(progress, sizeBytes === 0 ? 1 : stream.bytesRead / sizeBytes)
  }
  return progress
}

const NOTHING = { accepted: 0, duplicates: 0, badLines: [] }

function addBatch(progress: Progress, batch: ImportBatch, answer: Awaited<ReturnType<Send>>): Progress {
  return {
    records: progress.records + batch.records,
    accepted: progress.accepted + answer.accepted,
    duplicates: progress.duplicates + answer.duplicates,
    skipped: progress.skipped + batch.skipped,
    rejected: progress.rejected + batch.badLines.length + answer.badLines.length,
  }
}

function toFileLines(badLines: readonly BadLine[], { lines }: ImportBatch): BadLine[] {
  return badLines.map(({ line, reason }) => ({ line: lines[line - 1] as number, reason }))
}
