import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSender, type Problem } from '@/lib/analytics/server/sender'
import { createServerQueue } from '@/lib/analytics/server/server-queue'
import { type Received, startCollector } from '../support/collector'

let collector: Awaited<ReturnType<typeof startCollector>>
let problems: Problem[]
beforeEach(async () => {
  collector = await startCollector()
  problems = []
})
afterEach(() => collector.close())

/** A sender, and what puts an item with this name and this much text into its queue. */
function open() {
  const queue = createServerQueue({ itemsMax: 1_000, lengthMax: 16_000_000 })
  const sender = createSender(queue, {
    endpoint: `${collector.origin}/_g`,
    secretKey: 'sk_1',
    release: undefined,
    batchSize: 10,
    flushInterval: 60_000,
    timeoutMs: 5_000,
    report: (problem) => problems.push(problem),
  })
  const append = (event: string, { visitor = '{}', textLength = 0 } = {}) =>
    queue.append({
      id: event,
      frozen: JSON.stringify({ id: event, event, text: 'x'.repeat(textLength) }),
      visitor,
      isPageView: false,
    })
  return { sender, append }
}
const names = (received: readonly Received[]) => received.flatMap(({ body }) => body.events?.map(({ event }) => event))

test('too large a batch is halved until it fits; a single item that never will is given up', async () => {
  const { sender, append } = open()
  const fits = ({ body }: Received) => JSON.stringify(body).length < 500_000
  const judge = (request: Received) =>
    fits(request) ? { status: 202, body: { data: { rejected: [] } } } : { status: 413 }
  collector.replies.push(...Array.from({ length: 30 }, () => judge))
  for (let at = 0; at < 6; at += 1) append(`e${at}`, { textLength: 200_000 })
  append('huge', { textLength: 800_000 })
  expect(await sender.flush(5_000)).toBe(0)
  expect(names(collector.received.filter(fits)).toSorted()).toEqual(['e0', 'e1', 'e2', 'e3', 'e4', 'e5'])
  expect(problems).toEqual([{ reason: 'refused', status: 413, count: 1 }])
})

test('after a failure one request asks whether the collector is back, and then all others follow', async () => {
  const { sender, append } = open()
  for (let at = 0; at < 5; at += 1) append(`e${at}`, { visitor: JSON.stringify({ ip: `10.0.0.${at}` }) })
  collector.replies.push(...Array.from({ length: 5 }, () => ({ status: 503 })), { status: 503 })
  expect(await sender.flush(5_000)).toBe(0)
  const [first, probe, second] = [0, 5, 6].map((from) => names(collector.received.slice(from, from + 1)))
  expect(first).toHaveLength(1)
  expect([probe, second]).toEqual([['e0'], ['e0']])
  expect(names(collector.received.slice(7)).toSorted()).toEqual(['e1', 'e2', 'e3', 'e4'])
})

test('at most eight visitors’ requests are under way at a time', async () => {
  const { sender, append } = open()
  for (let at = 0; at < 12; at += 1) append(`e${at}`, { visitor: JSON.stringify({ ip: `10.0.0.${at}` }) })
  expect(await sender.flush(5_000)).toBe(0)
  expect(names(collector.received.slice(0, 8)).toSorted()).toEqual(['e0', 'e1', 'e2', 'e3', 'e4', 'e5', 'e6', 'e7'])
  expect(collector.received).toHaveLength(12)
})

test('nothing is sent where nothing is queued', async () => {
  const { sender } = open()
  expect(await sender.flush(5_000)).toBe(0)
  sender.notice()
  expect(collector.received).toHaveLength(0)
})
