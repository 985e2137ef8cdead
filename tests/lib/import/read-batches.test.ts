import { expect, test } from 'vitest'
import type { ImportOptions } from '../../../lib/contracts/import'
import { Journal } from '../../../lib/import/journal'
import { type ImportBatch, readBatches } from '../../../lib/import/read-batches'
import { toBytes } from './bytes'

async function read(
  file: string,
  options: ImportOptions,
  range: { skipRecords?: number; batchRecords?: number } = {},
  journal = new Journal(),
) {
  const batches: ImportBatch[] = []
  for await (const batch of readBatches(toBytes(file, 50), options, journal, range)) batches.push(batch)
  return batches
}
const ids = (batches: readonly ImportBatch[]) => batches.flatMap(({ items }) => items.map(({ id }) => id))
const csv = { format: 'csv' } as const
const file = 'timestamp,event\n2026-03-10,a\n2026-03-10,b\n2026-03-10,a\n'

test('equal lines are different events, and the same file has the same ids, however it is cut', async () => {
  const once = ids(await read(file, csv))
  expect(new Set(once).size).toBe(3)
  expect(ids(await read(file, csv, { batchRecords: 1 }))).toEqual(once)
})

test('a line has the same id in another file', async () => {
  const [other] = ids(await read('timestamp,event\n2026-03-10,b\n', csv))
  expect(ids(await read(file, csv))).toContain(other)
})

test('going on after so many records gives the ids that the whole file gives', async () => {
  const whole = ids(await read(file, csv))
  const journal = new Journal()
  for await (const batch of readBatches(toBytes(file), csv, journal, { batchRecords: 2 })) {
    expect(ids([batch])).toEqual(whole.slice(0, 2))
    break
  }
  expect(ids(await read(file, csv, { skipRecords: 2 }, journal))).toEqual(whole.slice(2))
})

test('an id that a record has is kept when it is a uuid, and hashed otherwise', async () => {
  const lines = ['0F4B3B6C-0000-4000-8000-000000000001', 'x', 'x'].map((id) =>
    JSON.stringify({ id, timestamp: 1e12, event: 'a' }),
  )
  const [uuid, one, same] = ids(await read(lines.join('\n'), { format: 'ndjson' }))
  expect(uuid).toBe('0f4b3b6c-0000-4000-8000-000000000001')
  expect(one).toBe(same)
})

test('bad lines are said by their line, skipped ones counted, and all add up', async () => {
  const log = [
    '1.2.3.4 - - [10/Mar/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "A"',
    'no log',
    '1.2.3.4 - - [10/Mar/2026:12:00:01 +0000] "GET /a.png HTTP/1.1" 200 1 "-" "A"',
  ].join('\n')
  const [batch] = await read(log, { format: 'combined-log' })
  expect(batch).toMatchObject({ records: 3, lines: [1], badLines: [{ line: 2, reason: 'unreadable' }], skipped: 1 })
})

test('visits of a log have sessions of 30 minutes', async () => {
  const at = (time: string, address = '1.2.3.4') =>
    `${address} - - [10/Mar/2026:${time} +0000] "GET / HTTP/1.1" 200 1 "-" "A"`
  const log = [at('12:00:00'), at('12:30:00'), at('12:30:00', '1.2.3.5'), at('13:00:01')].join('\n')
  const sessions = (await read(log, { format: 'combined-log' })).flatMap(({ items }) =>
    items.map(({ sessionId }) => sessionId),
  )
  expect([sessions[0] === sessions[1], sessions[1] === sessions[2], sessions[1] === sessions[3]]).toEqual([
    true,
    false,
    false,
  ])
})

test('two ids are tied together once', async () => {
  const line = JSON.stringify({
    event: 'a',
    properties: { time: 1e9, $user_id: 'u', $device_id: 'd', distinct_id: 'u' },
  })
  const batches = await read(`${line}\n${line}\n`, { format: 'mixpanel' })
  expect(batches.flatMap(({ links }) => links)).toMatchObject([{ type: 'identify', userId: 'u', anonymousId: 'd' }])
})
