import type { ProjectId } from '../core/ids'
import { nowMs } from '../platform/clock'
import { createIngestCounts, type IngestMinute } from '../platform/ingest-counts'
import { toLogText, writeLog } from '../platform/log'
import { countMetric, observeMetric, setGauge } from '../platform/metrics'
import { writeIngestMinutes } from './ingest-minutes'

/** Figures reach the store after so long at most, while it answers. */
const WRITE_EVERY_MS = 5_000
/** Upper ends of the buckets that Prometheus gets; the store's are finer. */
const LAG_BOUNDS_MS = [10, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 60_000, 600_000, 3_600_000]
const GROUP_BOUNDS_ROWS = [1, 5, 10, 25, 50, 100, 250, 500, 1_000]

type Figures = { counts: Readonly<Record<string, number>>; lagsMs?: readonly number[] }
type Write = (minutes: readonly IngestMinute[]) => Promise<void>

/**
 * Keeps what this process counted of ingestion, for `/api/metrics` and, every few seconds while there is something new, for the
 * store. A process that is killed takes the last seconds of its figures along, never rows.
 */
export function createIngestRecorder(write: Write) {
  const counts = createIngestCounts()
  let timer: ReturnType<typeof setTimeout> | undefined
  let isFailing = false

  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    try {
      await counts.writeChanged(nowMs(), write)
      isFailing = false
    } catch (error) {
      // Once per outage: the store's absence is reported by the requests that need it.
      if (!isFailing) writeLog('warning', { event: 'ingest_figures_kept_back', cause: toLogText(error) })
      isFailing = true
      plan()
    }
  }

  function plan(): void {
    timer ??= setTimeout(() => void flush(), WRITE_EVERY_MS)
    // Figures keep no process alive; where timers are numbers nothing could.
    if (typeof timer === 'object') timer.unref?.()
  }

  function recordCounts(projectId: ProjectId | null, added: Figures['counts']): void {
    for (const [name, value] of Object.entries(added)) {
      if (value === 0) continue
      counts.add(projectId ?? 0, nowMs(), name, value)
      countMetric(
        'growth_ingest_total',
        'Items, batches and rows of ingestion, by what became of them.',
        { name },
        value,
      )
    }
    plan()
  }

  return {
    /** Adds counts that belong to no request. */
    recordCounts,

    /** Adds the figures of one batch; `queueRows` is how many rows this process holds on their way to the store. */
    recordBatch(projectId: ProjectId | null, { counts: added, lagsMs = [] }: Figures, queueRows: number): void {
      const id = projectId ?? 0
      const atMs = nowMs()
      recordCounts(projectId, added)
      for (const lagMs of lagsMs) {
        counts.addLag(id, atMs, lagMs)
        observeMetric('growth_ingest_lag_ms', 'From happening to commit.', LAG_BOUNDS_MS, lagMs)
      }
      counts.set(id, atMs, 'queue_rows', queueRows)
      setGauge('growth_ingest_queue_rows', 'Rows held in memory on their way to the store.', queueRows)
      plan()
    },

    /** Counts one transaction. */
    recordGroup(projectId: ProjectId, rows: number): void {
      counts.addBatch(projectId, nowMs(), rows)
      observeMetric('growth_ingest_group_rows', 'Rows of one transaction.', GROUP_BOUNDS_ROWS, rows)
      plan()
    },

    /** Writes what is new now. Never rejects. */
    flush,
  }
}

/** The one recorder of this module graph: a process, or one edge route of it. */
export const ingestRecorder = createIngestRecorder((minutes) => writeIngestMinutes(instanceId, minutes))
const instanceId = crypto.randomUUID()
