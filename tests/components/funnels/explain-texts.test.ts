import { expect, test } from 'vitest'
import { toReasonText } from '@/components/funnels/explain-texts'
import type { FunnelReason } from '@/lib/contracts/funnel-explain'

const AT = '2026-05-01T10:00:00.000Z'
const clock = { formatAt: () => 'then', nowMs: Date.parse(AT) }

test.each<[FunnelReason, string]>([
  [{ code: 'converted', at: AT }, 'Did every step, the last one then.'],
  [{ code: 'never_entered' }, 'Never did the first step in this time.'],
  [{ code: 'never_did', windowEndedAt: AT }, 'Did no “pay” before the window ended then.'],
  [{ code: 'never_did', windowEndedAt: '2026-05-02T00:00:00.000Z' }, 'Has not done “pay” yet; the window ends then.'],
  [
    { code: 'condition_failed', at: AT, key: 'plan', expected: 'pro', actual: null },
    'Did “pay” then, but “plan” was not there while the step asks for "pro".',
  ],
  [
    { code: 'too_late', at: AT, windowEndedAt: AT, lateMs: 10_800_000 },
    'Did “pay” then, 3 h after the window had ended.',
  ],
  [{ code: 'too_early', at: AT }, 'Did “pay” then, before the step it should follow.'],
  [{ code: 'interrupted', at: AT, event: 'x' }, 'Did “x” next, then, and the funnel is strict.'],
  [{ code: 'excluded', at: AT, event: 'refund', exclusion: 1 }, 'Left out for “refund” then.'],
  [{ code: 'another_session', at: AT }, 'Did “pay” then, in another session.'],
])('%j is told in a sentence', (reason, text) => {
  expect(toReasonText(reason, 'pay', clock)).toBe(text)
})
