import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sendBatch } from '../../../scripts/import/send-batch'

const answer = { records: 1, accepted: 1, duplicates: 0, skipped: 0, rejected: 0, badLines: [], from: null, to: null }
const item = { id: '0f4b3b6c-0000-4000-8000-000000000001', timestamp: 1, event: 'a' }
let statuses: number[] = []
const server = createServer((incoming, outgoing) => {
  const status = statuses.shift() ?? 200
  incoming.resume()
  outgoing.writeHead(status, status === 503 ? { 'retry-after': '7' } : {})
  outgoing.end(JSON.stringify(status === 200 ? { data: answer } : { error: { message: 'Too much "at once".' } }))
})
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => server.close())

const send = (pauses: number[] = [], project: string | null = null) =>
  sendBatch(
    { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, project, secretKey: 'sk_1' },
    [item],
    async (ms) => void pauses.push(ms),
  )

test('fails twice, then succeeds, having waited as long as it was asked to', async () => {
  statuses = [503, 429]
  const pauses: number[] = []
  expect(await send(pauses)).toEqual(answer)
  expect(pauses).toEqual([7_000, 1_000])
})

test('fails for ever, gives up after twelve tries and says how to go on', async () => {
  statuses = Array(20).fill(500)
  const pauses: number[] = []
  await expect(send(pauses)).rejects.toThrow(/answered 500.*goes on from here/s)
  expect(pauses).toHaveLength(11)
  statuses = []
})

test('what no second try mends is said at once', async () => {
  for (const [status, words] of [
    [401, 'secret key'],
    [404, 'not of the project shop'],
    [422, 'answered 422'],
  ] as const) {
    statuses = [status]
    await expect(send([], 'shop')).rejects.toThrow(words)
  }
})
