import { describe, expect, it } from 'vitest'
import { toBucket } from '@/lib/core/log-histogram'
import { createIngestCounts, type IngestMinute } from '@/lib/platform/ingest-counts'

const MINUTE = 60_000
const NOON = 1_763_726_400_000

async function readChanged(counts: ReturnType<typeof createIngestCounts>, nowMs = NOON): Promise<IngestMinute[]> {
  let seen: IngestMinute[] = []
  await counts.writeChanged(nowMs, async (minutes) => {
    seen = minutes
  })
  return seen
}

describe('counting ingestion', () => {
  it('keeps projects and minutes apart', async () => {
    const counts = createIngestCounts()
    counts.add(1, NOON, 'accepted', 3)
    counts.add(1, NOON + MINUTE - 1, 'accepted', 4)
    counts.add(1, NOON + MINUTE, 'accepted', 5)
    counts.add(2, NOON, 'accepted', 6)
    counts.addLag(2, NOON, 1_500)
    counts.addBatch(2, NOON, 150)
    expect(await readChanged(counts)).toEqual([
      { projectId: 1, minuteMs: NOON, counts: { accepted: 7 }, lagMs: {}, batchRows: {} },
      { projectId: 1, minuteMs: NOON + MINUTE, counts: { accepted: 5 }, lagMs: {}, batchRows: {} },
      {
        projectId: 2,
        minuteMs: NOON,
        counts: { accepted: 6 },
        lagMs: { [toBucket(1_500)]: 1 },
        batchRows: { [toBucket(150)]: 1 },
      },
    ])
  })

  it('hands over a minute as a whole each time it changed, and nothing that did not', async () => {
    const counts = createIngestCounts()
    counts.add(1, NOON, 'received')
    await readChanged(counts)
    expect(await readChanged(counts)).toEqual([])
    counts.add(1, NOON, 'received')
    expect((await readChanged(counts)).map((minute) => minute.counts)).toEqual([{ received: 2 }])
  })

  it('makes good a write that failed, also when more came meanwhile', async () => {
    const counts = createIngestCounts()
    counts.add(1, NOON, 'received', 2)
    const failing = counts.writeChanged(NOON, async () => {
      counts.add(1, NOON, 'received', 3)
      throw new Error('away')
    })
    await expect(failing).rejects.toThrow('away')
    expect((await readChanged(counts)).map((minute) => minute.counts)).toEqual([{ received: 5 }])
  })

  it('forgets minutes that are over and written, and the oldest when too many cannot be written', async () => {
    const counts = createIngestCounts({ minutesMax: 2 })
    for (const step of [0, 1, 2]) counts.add(1, NOON + step * MINUTE, 'received')
    expect((await readChanged(counts)).map((minute) => minute.minuteMs)).toEqual([NOON + MINUTE, NOON + 2 * MINUTE])
    counts.add(1, NOON + 20 * MINUTE, 'received')
    await readChanged(counts, NOON + 20 * MINUTE)
    counts.add(1, NOON + MINUTE, 'received')
    expect((await readChanged(counts)).map((minute) => minute.counts)).toEqual([{ received: 1 }])
  })

  it('holds the latest value of a state', async () => {
    const counts = createIngestCounts()
    counts.set(1, NOON, 'queue_rows', 30)
    counts.set(1, NOON, 'queue_rows', 0)
    expect((await readChanged(counts)).map((minute) => minute.counts)).toEqual([{ queue_rows: 0 }])
  })

  it('counts nothing for 0', async () => {
    const counts = createIngestCounts()
    counts.add(1, NOON, 'duplicate', 0)
    expect(await readChanged(counts)).toEqual([])
  })
})
