import { describe, expect, it } from 'vitest'
import { KEY_LIFETIMES, toExpiresAt, toKeyState, toSuccessorText } from '@/components/settings/key-expiry'
import type { ProjectKey } from '@/lib/contracts/project-settings'
import { DAY_MS, HOUR_MS } from '@/lib/core/time-range'

const NOW_MS = Date.parse('2026-11-22T12:00:00.000Z')
const toIso = (atMs: number) => new Date(atMs).toISOString()

/** A key of today that ends `leftMs` from now; null: never. */
const toKey = (leftMs: number | null, change: Partial<ProjectKey> = {}): ProjectKey => ({
  id: 'id',
  kind: 'secret',
  prefix: 'sk_1234567',
  label: '',
  createdAt: toIso(NOW_MS),
  revokedAt: null,
  expiresAt: leftMs === null ? null : toIso(NOW_MS + leftMs),
  ...change,
})

describe('a new key', () => {
  it('lives for ever, 30 days, 90 days or a year from now', () => {
    expect(KEY_LIFETIMES.map(({ days }) => toExpiresAt(days, NOW_MS))).toEqual([
      null,
      '2026-12-22T12:00:00.000Z',
      '2027-02-20T12:00:00.000Z',
      '2027-11-22T12:00:00.000Z',
    ])
  })
})

describe('the state of a key', () => {
  it('says nothing of an end that is not set', () => {
    expect(toKeyState(toKey(null), NOW_MS)).toEqual({ isInUse: true, text: 'active', tone: 'good', note: null })
  })

  it.each([
    [30 * DAY_MS - 1_000, 'expires in 30 days', 'good'],
    [7 * DAY_MS, 'expires in 7 days', 'good'],
    [7 * DAY_MS - 1, 'expires in 7 days', 'warn'],
    [DAY_MS, 'expires in 1 day', 'warn'],
    [DAY_MS - 1, 'expires in 23 h', 'warn'],
    [1, 'expires in a moment', 'warn'],
  ])('%d ms before its end is active: %s, %s', (leftMs, note, tone) => {
    expect(toKeyState(toKey(leftMs), NOW_MS)).toEqual({ isInUse: true, text: 'active', tone, note })
  })

  it('is expired from the very moment of its end', () => {
    for (const leftMs of [0, -1, -365 * DAY_MS]) {
      expect(toKeyState(toKey(leftMs), NOW_MS)).toMatchObject({ isInUse: false, text: 'expired', note: null })
    }
  })

  it('is revoked whenever it was to end', () => {
    for (const leftMs of [null, -1, DAY_MS]) {
      const key = toKey(leftMs, { revokedAt: toIso(NOW_MS) })
      expect(toKeyState(key, NOW_MS)).toMatchObject({ isInUse: false, text: 'revoked', note: null })
    }
  })
})

describe('the successor of a key', () => {
  it('is announced with the lifetime of the old one, however much of it is left', () => {
    const old = toKey(DAY_MS, { createdAt: toIso(NOW_MS - 89 * DAY_MS + 3) })
    expect(toSuccessorText(old)).toBe(' The new one lives as long as the old one was made for: 90 days from now.')
    expect(toSuccessorText(toKey(2 * HOUR_MS))).toContain('2 h')
  })

  it('of a key without an end has none', () => {
    expect(toSuccessorText(toKey(null))).toBe('')
  })
})
