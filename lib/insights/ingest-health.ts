import 'server-only'
import type { IngestHealth } from '../contracts/ingest-health'
import { computePercentile, countValues, type LogHistogram } from '../core/log-histogram'
import { countDeadLetters } from '../database/dead-letters'
import { readIngestMinutes } from '../database/ingest-minutes'
import type { Project } from '../database/projects'
import { toIngestSeries, toIngestTotals, toMinuteRange, toQueueRows } from './models/ingest-series'

/** How many rows wait outside the store, and since when (Unix ms); null where nothing can wait. */
export type ReadSpillDepth = () => Promise<{ rows: number; oldestMs: number | null } | null>

/**
 * What became of what was sent to a project in the last minutes, and what waits now. Percentiles are nearest rank, within 1 %;
 * rows per transaction are whole numbers, hence exact below 50.
 */
export async function readIngestHealth(
  project: Project,
  { minutes }: { minutes: number },
  { nowMs, readSpillDepth }: { nowMs: number; readSpillDepth: ReadSpillDepth },
): Promise<IngestHealth> {
  const range = toMinuteRange(minutes, nowMs)
  const [counted, deadLetters, spill] = await Promise.all([
    readIngestMinutes(project.id, range),
    countDeadLetters(project.id),
    readSpillDepth(),
  ])
  const { lagMs, batchRows } = counted
  return {
    ...range,
    totals: toIngestTotals(counted.minutes),
    series: toIngestSeries(counted.minutes, range),
    lagMs: {
      p50: computePercentile(lagMs, 0.5),
      p95: computePercentile(lagMs, 0.95),
      p99: computePercentile(lagMs, 0.99),
      count: countValues(lagMs),
    },
    batchRows: { p50: toRows(batchRows, 0.5), p95: toRows(batchRows, 0.95), max: toRows(batchRows, 1) },
    heldBack: { spilled: spill?.rows ?? null, oldestMs: spill?.oldestMs ?? null, deadLetters },
    queue: { rows: toQueueRows(counted.minutes, range.toMs) },
    instances: counted.instances,
  }
}

function toRows(histogram: LogHistogram, ratio: number): number | null {
  const rows = computePercentile(histogram, ratio)
  return rows === null ? null : Math.round(rows)
}
