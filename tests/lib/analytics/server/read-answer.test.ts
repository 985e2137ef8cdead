import { expect, test } from 'vitest'
import { readAnswer, toPauseMs } from '@/lib/analytics/server/read-answer'

const answer = (status: number, body: unknown = null, headers: Record<string, string> = {}) =>
  readAnswer(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers }))

test('only a success that speaks the contract confirms', async () => {
  const rejected = [{ index: 1, reason: 'too_old' }]
  expect(await answer(202, { data: { accepted: 1, duplicates: 0, rejected } })).toEqual({ kind: 'stored', rejected })
  expect(await answer(200, '<html>welcome</html>')).toMatchObject({ kind: 'later', status: 200 })
  expect(await answer(202, { data: {} })).toMatchObject({ kind: 'later' })
})

test.each([401, 403, 404, 408, 409, 425, 429, 500, 502, 503])('%d may be healed by time', async (status) => {
  expect(await answer(status)).toEqual({ kind: 'later', status, retryAfterMs: 0 })
})

test.each([400, 405, 415, 422])('%d would be the answer to the same bytes again', async (status) => {
  expect(await answer(status)).toEqual({ kind: 'refused', status })
})

test('413 asks for less at a time', async () => {
  expect(await answer(413)).toEqual({ kind: 'too_large' })
})

test('Retry-After is read in seconds, is bounded, and nonsense is none', async () => {
  const wait = async (text: string) => await answer(503, null, { 'retry-after': text })
  expect(await wait('30')).toMatchObject({ retryAfterMs: 30_000 })
  expect(await wait('999999')).toMatchObject({ retryAfterMs: 3_600_000 })
  expect(await wait('soon')).toMatchObject({ retryAfterMs: 0 })
})

test('pauses are jittered over their whole length, double, are bounded, and come after what was asked for', () => {
  expect(toPauseMs(1, 0, 0)).toBe(0)
  expect([1, 2, 3].map((count) => toPauseMs(count, 0, 0.5))).toEqual([500, 1_000, 2_000])
  expect(toPauseMs(1_000, 0, 1)).toBe(toPauseMs(9, 0, 1))
  expect(toPauseMs(1, 60_000, 0.5)).toBe(60_500)
})
