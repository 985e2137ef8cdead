import { expect, test } from 'vitest'
import { NOBODY } from '../../../lib/collect/ai-call-row'
import { toDatabaseQueryRow } from '../../../lib/collect/database-query-row'
import { ID, NOW_MS, toContext } from './request'

test('keeps the query, its duration and its rows', () => {
  const item = { id: ID, timestamp: NOW_MS, query: 'select\0 1', duration: 3, rows: 0 }
  expect(toDatabaseQueryRow(item, toContext('secret'))).toEqual({
    ok: true,
    row: {
      id: ID,
      timestamp: NOW_MS,
      actorId: NOBODY,
      userId: null,
      query: 'select\ufffd 1',
      duration: 3,
      rows: 0,
      cached: false,
    },
    cutCount: 0,
  })
})

test('needs a query and a duration', () => {
  for (const item of [{ query: '', duration: 1 }, { query: 'q' }, { query: 'q', duration: -1 }]) {
    expect(toDatabaseQueryRow({ id: ID, timestamp: NOW_MS, ...item }, toContext())).toEqual({
      ok: false,
      reason: 'invalid_event',
    })
  }
})

test('cuts a long query and scrubs what stands in it', () => {
  const query = `select 1 where email = 'jane@example.com' -- ${'x'.repeat(20_000)}`
  const outcome = toDatabaseQueryRow({ id: ID, timestamp: NOW_MS, query, duration: 1 }, toContext('secret'))
  expect(outcome).toMatchObject({ ok: true, cutCount: 1 })
  expect(outcome.ok && outcome.row.query).toHaveLength(10_000)
  expect(outcome.ok && outcome.row.query).toMatch(/^select 1 where email = '\[email\]' --/)
})
