import { expect, test } from 'vitest'
import { ingestHealth } from '../../../lib/contracts/ingest-health'
import type { ProjectId } from '../../../lib/core/ids'
import { toBucket } from '../../../lib/core/log-histogram'
import { parkDeadLetters } from '../../../lib/database/dead-letters'
import { writeIngestMinutes } from '../../../lib/database/ingest-minutes'
import { readIngestHealth } from '../../../lib/insights/ingest-health'
import { createProject as insertProject } from '../../sql/store-rows'
import { describeStores } from '../../support/store'
import { toIdentity } from '../database/ingest'
import { createProject } from './project'

const MINUTE = 60_000
const NOW = 100 * MINUTE + 5_000
const nothingSpilled = { nowMs: NOW, readSpillDepth: async () => null }

describeStores('ingest health', (store) => {
  test('says what became of what was sent, over all processes, and what waits', async () => {
    const id = (await insertProject(store, 'measured')) as ProjectId
    const project = createProject(id)
    const lagMs = { [toBucket(100)]: 98, [toBucket(5_000)]: 2 }
    const base = { projectId: id, minuteMs: 99 * MINUTE, lagMs, batchRows: { [toBucket(10)]: 3, [toBucket(40)]: 1 } }
    const counts = { received: 120, accepted: 100, duplicate: 15, 'rejected.too_old': 5 }
    await writeIngestMinutes('one', [{ ...base, counts }])
    await writeIngestMinutes('two', [{ ...base, minuteMs: 100 * MINUTE, counts: { received: 1 }, lagMs: {} }])
    await writeIngestMinutes('old', [{ ...base, minuteMs: 39 * MINUTE, counts }])
    const row = { ...toIdentity(), type: 'event', event: '' }
    await parkDeadLetters(id, 'events', [{ row, reason: 'refused_by_store' }])
    const health = await readIngestHealth(
      project,
      { minutes: 60 },
      { nowMs: NOW, readSpillDepth: async () => ({ rows: 4, oldestMs: 12 }) },
    )
    expect(ingestHealth.parse(health)).toEqual(health)
    expect(health).toMatchObject({
      fromMs: 41 * MINUTE,
      toMs: 101 * MINUTE,
      totals: { received: 121, accepted: 100, 'rejected.too_old': 5, parked: 0 },
      batchRows: { p50: 10, p95: 40, max: 40 },
      heldBack: { spilled: 4, oldestMs: 12, deadLetters: 1 },
      instances: 2,
    })
    expect(health.series).toHaveLength(60)
    expect(health.lagMs.count).toBe(100)
    for (const [value, exact] of [
      [health.lagMs.p50, 100],
      [health.lagMs.p95, 100],
      [health.lagMs.p99, 5_000],
    ] as const) {
      expect(Math.abs((value ?? 0) / exact - 1)).toBeLessThanOrEqual(0.01)
    }
  })

  test('of a quiet project is zeros and nulls', async () => {
    const health = await readIngestHealth(createProject(999), { minutes: 1 }, nothingSpilled)
    expect(ingestHealth.parse(health)).toMatchObject({
      lagMs: { p50: null, p95: null, p99: null, count: 0 },
      batchRows: { p50: null, p95: null, max: null },
      heldBack: { spilled: null, oldestMs: null, deadLetters: 0 },
      queue: { rows: null },
      instances: 0,
    })
  })
})
