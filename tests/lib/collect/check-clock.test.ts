import { expect, test } from 'vitest'
import { checkClock } from '../../../lib/collect/check-clock'
import { NOW_MS, project, toRequest } from './request'

const check = (sentAt: number | undefined, kind: 'publishable' | 'secret' = 'publishable') =>
  checkClock(toRequest({ sentAt }), { kind, project })

test('allows five minutes either way and not a millisecond more', () => {
  for (const offset of [0, 300_000, -300_000]) expect(check(NOW_MS + offset)).toEqual({ ok: true })
  for (const offset of [300_001, -300_001]) expect(check(NOW_MS + offset)).toEqual({ ok: false, reason: 'clock_skew' })
})

test('needs the sender’s clock from a browser, and asks no server for it', () => {
  expect(check(undefined)).toEqual({ ok: false, reason: 'missing_sent_at' })
  expect(check(undefined, 'secret')).toEqual({ ok: true })
  expect(check(0, 'secret')).toEqual({ ok: true })
})
