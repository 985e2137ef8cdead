import { expect, test } from 'vitest'
import { toActorId } from '../../../lib/collect/actor-id'
import { NOBODY, toAiCallRow, toServerPerson } from '../../../lib/collect/ai-call-row'
import { ID, NOW_MS, toContext } from './request'

const base = { id: ID, timestamp: NOW_MS }
const rowOf = (item: unknown) => {
  const outcome = toAiCallRow(item, toContext('secret'))
  return outcome.ok ? outcome.row : outcome.reason
}

test('is identified by its id, else by its request', () => {
  expect(rowOf({ id: ID, timestamp: NOW_MS })).toMatchObject({
    id: ID,
    actorId: NOBODY,
    success: true,
    cacheHit: false,
  })
  expect(rowOf({ requestId: 'req-1', timestamp: NOW_MS })).toMatchObject({ id: toActorId('key', 'req-1') })
  expect(rowOf({ requestId: ID.toUpperCase(), timestamp: NOW_MS })).toMatchObject({ id: ID })
  expect(rowOf({ timestamp: NOW_MS })).toBe('invalid_id')
  expect(rowOf({ id: ID, timestamp: NOW_MS, tokens: -1 })).toBe('invalid_event')
})

test('belongs to the user it names, and to nobody under Global Privacy Control', () => {
  expect(rowOf({ id: ID, timestamp: NOW_MS, userId: 'u1' })).toMatchObject({ actorId: toActorId('key', 'u1') })
  expect(toServerPerson({ ...base, userId: 'u1' }, toContext('secret', { isGpc: true }))).toEqual({
    actorId: NOBODY,
    userId: null,
  })
  expect(toServerPerson(base, toContext('secret', { defaults: { userId: 'u1' } })).actorId).toBe(toActorId('key', 'u1'))
})

test('keeps a long error’s beginning, without what it may have let slip', () => {
  const error = `401 for Bearer abcdefghijklmnop1234 of jane@example.com ${'x'.repeat(2_000)}`
  const outcome = toAiCallRow({ ...base, error }, toContext('secret'))
  expect(outcome).toMatchObject({
    ok: true,
    cutCount: 1,
    row: { error: expect.stringMatching(/^401 for \[token\] of \[email\] x+$/) },
  })
  expect(outcome.ok && outcome.row.error).toHaveLength(1_024)
})
