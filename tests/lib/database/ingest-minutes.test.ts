import { expect, test } from 'vitest'
import type { ProjectId } from '../../../lib/core/ids'
import { readIngestMinutes, writeIngestMinutes } from '../../../lib/database/ingest-minutes'
import { describeStores } from '../../support/store'

const MINUTE = 60_000
const range = { fromMs: 0, toMs: 100 * MINUTE }
const toMinute = (projectId: number, minute: number, counts: Record<string, number>, extra: object = {}) => ({
  projectId,
  minuteMs: minute * MINUTE,
  counts,
  lagMs: {},
  batchRows: {},
  ...extra,
})

describeStores('ingest minutes', () => {
  test('add up over processes, by minute and name; the later figures of a process replace its earlier ones', async () => {
    const project = 11 as ProjectId
    await writeIngestMinutes('one', [toMinute(project, 1, { received: 1 }), toMinute(project, 2, { received: 4 })])
    await writeIngestMinutes('one', [
      toMinute(project, 1, { received: 3, 'rejected.too_old': 1 }, { lagMs: { 5: 2, 90: 1 }, batchRows: { 36: 1 } }),
    ])
    await writeIngestMinutes('two', [toMinute(project, 1, { received: 10 }, { lagMs: { 90: 4 } })])
    expect(await readIngestMinutes(project, range)).toEqual({
      minutes: [
        { minuteMs: MINUTE, counts: { received: 13, 'rejected.too_old': 1 } },
        { minuteMs: 2 * MINUTE, counts: { received: 4 } },
      ],
      lagMs: { 5: 2, 90: 5 },
      batchRows: { 36: 1 },
      instances: 2,
    })
  })

  test('are those of the range and the project', async () => {
    const project = 12 as ProjectId
    await writeIngestMinutes(
      'one',
      [1, 2, 3].map((minute) => toMinute(project, minute, { received: minute })),
    )
    await writeIngestMinutes('one', [toMinute(13, 2, { received: 100 })])
    const { minutes } = await readIngestMinutes(project, { fromMs: 2 * MINUTE, toMs: 3 * MINUTE })
    expect(minutes).toEqual([{ minuteMs: 2 * MINUTE, counts: { received: 2 } }])
  })

  test('are nothing where nothing was counted', async () => {
    await writeIngestMinutes('one', [])
    const nothing = { minutes: [], lagMs: {}, batchRows: {}, instances: 0 }
    expect(await readIngestMinutes(14 as ProjectId, range)).toEqual(nothing)
  })
})
