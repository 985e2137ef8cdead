import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ProjectId } from '@/lib/core/ids'
import { createIngestRecorder } from '@/lib/database/ingest-recorder'
import type { IngestMinute } from '@/lib/platform/ingest-counts'
import { toPrometheusText } from '@/lib/platform/metrics'

const project = 1 as ProjectId

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function createWriter(failures = 0) {
  const writes: IngestMinute[][] = []
  let left = failures
  const write = async (minutes: readonly IngestMinute[]) => {
    left -= 1
    if (left >= 0) throw new Error('away')
    writes.push([...minutes])
  }
  return { writes, write }
}

describe('recording ingestion', () => {
  it('writes within five seconds, once for all that came', async () => {
    const { writes, write } = createWriter()
    const recorder = createIngestRecorder(write)
    recorder.recordBatch(project, { counts: { received: 2 }, lagsMs: [3, 4] }, 7)
    recorder.recordBatch(project, { counts: { received: 3 } }, 5)
    recorder.recordGroup(project, 5)
    await vi.advanceTimersByTimeAsync(4_999)
    expect(writes).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(writes).toMatchObject([[{ projectId: 1, counts: { received: 5, queue_rows: 5 } }]])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(writes).toHaveLength(1)
  })

  it('keeps its figures while the store is away, and writes them when it is back', async () => {
    const { writes, write } = createWriter(2)
    const recorder = createIngestRecorder(write)
    recorder.recordBatch(null, { counts: { 'refused.unknown_key': 1 } }, 0)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(writes).toEqual([])
    await vi.advanceTimersByTimeAsync(5_000)
    expect(writes).toMatchObject([[{ projectId: 0, counts: { 'refused.unknown_key': 1 } }]])
  })

  it('writes at once when asked to, as before an end', async () => {
    const { writes, write } = createWriter()
    const recorder = createIngestRecorder(write)
    recorder.recordBatch(project, { counts: { received: 1 } }, 0)
    await recorder.flush()
    expect(writes).toHaveLength(1)
  })

  it('shows the same figures to Prometheus', () => {
    const recorder = createIngestRecorder(createWriter().write)
    recorder.recordBatch(project, { counts: { 'bot.headless': 2 }, lagsMs: [40] }, 9)
    recorder.recordGroup(project, 12)
    const text = toPrometheusText()
    expect(text).toContain('growth_ingest_total{name="bot.headless"} 2')
    expect(text).toContain('growth_ingest_queue_rows 9')
    expect(text).toMatch(/growth_ingest_lag_ms_bucket\{le="50"\} \d/)
    expect(text).toMatch(/growth_ingest_group_rows_count \d/)
  })
})
