import { describe, expect, it } from 'vitest'
import { toAwayText, toHeldBackTexts } from '@/components/shell/held-back-texts'

const NOW_MS = Date.parse('2026-11-20T12:00:00Z')

describe('what is held back', () => {
  it('is said by kind: how much, since when, and what to do', () => {
    const texts = toHeldBackTexts({ spilled: 1_204, oldestMs: NOW_MS - 300_000, deadLetters: 1 }, NOW_MS)
    expect(texts[0]).toMatch(/^1,204 rows wait in Redis since .*2026.* \(5 min\): .* by themselves/)
    expect(texts[1]).toMatch(/^1 row was refused .* try again or discard/)
    expect(texts).toHaveLength(2)
  })

  it('is nothing when everything is stored, with Redis or without', () => {
    for (const spilled of [0, null])
      expect(toHeldBackTexts({ spilled, oldestMs: null, deadLetters: 0 }, NOW_MS)).toEqual([])
  })

  it('names no time that is not known', () => {
    expect(toHeldBackTexts({ spilled: 1, oldestMs: null, deadLetters: 0 }, NOW_MS)[0]).toMatch(
      /^1 row waits in Redis: /,
    )
  })
})

describe('figures that cannot be read', () => {
  it('say that the database is away only when that is why', () => {
    for (const code of ['store_unavailable', 'deadline_exceeded']) expect(toAwayText(code)).toMatch(/does not answer/)
    for (const code of ['network', 'not_found', 'rate_limited']) expect(toAwayText(code)).toBeNull()
  })
})
