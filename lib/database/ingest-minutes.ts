import type { ProjectId } from '../core/ids'
import type { LogHistogram } from '../core/log-histogram'
import type { TimeRange } from '../core/time-range'
import type { IngestMinute } from '../platform/ingest-counts'
import { callFunction } from './client'

/** Writes what one process counted; figures of a minute replace those written before, so that writing twice changes nothing. */
export async function writeIngestMinutes(instanceId: string, minutes: readonly IngestMinute[]): Promise<void> {
  if (minutes.length === 0) return
  await callFunction('set_ingest_minutes', {
    p_rows: minutes.map(({ projectId, minuteMs, counts, lagMs, batchRows }) => ({
      project_id: projectId,
      minute_ms: minuteMs,
      instance_id: instanceId,
      counts,
      lag_ms: lagMs,
      batch_rows: batchRows,
    })),
  })
}

/** What all processes counted of a project: by minute in order, without quiet ones; the histograms over the whole range. */
export type IngestMinutes = {
  minutes: readonly { minuteMs: number; counts: Readonly<Record<string, number>> }[]
  lagMs: LogHistogram
  batchRows: LogHistogram
  instances: number
}

type MinutesRow = {
  minutes: { minute_ms: number; counts: Record<string, number> }[]
  lag_ms: LogHistogram
  batch_rows: LogHistogram
  instances: number
}

/** The minutes that begin in `[fromMs, toMs)`. */
export async function readIngestMinutes(projectId: ProjectId, { fromMs, toMs }: TimeRange): Promise<IngestMinutes> {
  const row = await callFunction<MinutesRow>('get_ingest_minutes', {
    p_project_id: projectId,
    p_from: fromMs,
    p_to: toMs,
  })
  return {
    minutes: row.minutes.map(({ minute_ms, counts }) => ({ minuteMs: minute_ms, counts })),
    lagMs: row.lag_ms,
    batchRows: row.batch_rows,
    instances: row.instances,
  }
}
