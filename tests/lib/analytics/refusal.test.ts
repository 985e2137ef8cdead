import { expect, test } from 'vitest'
import { createQueue } from '@/lib/analytics/queue'
import { RETRY_AFTER_MS_MAX, settleRefusal } from '@/lib/analytics/refusal'
import type { ClientSettings } from '@/lib/analytics/transport'

const backoffMs = 700

function setUp(status: number, answer: object | null = null, headers: Record<string, string> = {}) {
  const queue = createQueue({})
  for (const id of ['a', 'b']) queue.append('events', { id, timestamp: 1_000 }, false)
  const settings = { bodyLengthMax: 60_000, offsetMs: 0 } as ClientSettings
  const settle = (batch = queue.readAll(), sentMs = 5_000) =>
    settleRefusal(
      {
        response: { status, headers: new Headers(headers), json: async () => answer ?? JSON.parse('not JSON') },
        answer: status < 300 && (answer ?? {}),
        batch,
        sentMs,
        backoffMs,
      },
      queue,
      settings,
    )
  return { queue, settings, settle }
}

test.each([408, 429, 500, 502, 503])('%d keeps everything and waits', async (status) => {
  const { queue, settings, settle } = setUp(status)
  expect(await settle()).toBe(backoffMs)
  expect(queue.readAll()).toHaveLength(2)
  expect(settings.isStopped).toBeUndefined()
})

test('a wait that the collector asks for comes before the backoff, is bounded, and nonsense is none', async () => {
  expect(await setUp(503, null, { 'Retry-After': '30' }).settle()).toBe(30_000 + backoffMs)
  expect(await setUp(503, null, { 'Retry-After': '999999' }).settle()).toBe(RETRY_AFTER_MS_MAX + backoffMs)
  expect(await setUp(503, null, { 'Retry-After': 'soon' }).settle()).toBe(backoffMs)
})

test.each([400, 401, 403, 404, 422])('%d drops everything and ends sending', async (status) => {
  const { queue, settings, settle } = setUp(status)
  await settle()
  expect(queue.readAll()).toEqual([])
  expect(settings.isStopped).toBe(true)
})

test('413 halves what a request may hold, and drops a single item that can never fit', async () => {
  const { queue, settings, settle } = setUp(413)
  expect(await settle()).toBe(0)
  expect([settings.bodyLengthMax, queue.readAll().length]).toEqual([30_000, 2])
  await settle(queue.readAll().slice(0, 1))
  expect(queue.readAll().map(({ item }) => item.id)).toEqual(['b'])
})

test('a wrong clock stamps everything once; the second complaint only waits', async () => {
  const { queue, settings, settle } = setUp(409, { error: { serverTime: 8_000 } })
  expect(await settle()).toBe(0)
  expect(settings.offsetMs).toBe(3_000)
  expect(queue.readAll().map(({ item, frozen }) => [item.timestamp, JSON.parse(frozen).timestamp])).toEqual([
    [4_000, 4_000],
    [4_000, 4_000],
  ])
  expect(await settle(queue.readAll(), 7_000)).toBe(backoffMs)
  expect(queue.readAll().map(({ item }) => item.timestamp)).toEqual([4_000, 4_000])
})

test('of a partly accepted batch only what was ahead of the server stays', async () => {
  const answer = {
    data: { rejected: [{ index: 1, reason: 'in_future' }] },
    meta: { serverTime: 2_000 },
  }
  const { queue, settle } = setUp(202, answer)
  expect(await settle()).toBe(0)
  expect(queue.readAll().map(({ item }) => [item.id, item.timestamp])).toEqual([['b', -2_000]])
})
