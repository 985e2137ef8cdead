import { describe, expect, it } from 'vitest'
import { matchPrevious } from '@/lib/insights/models/match-previous'

const counts = (people: number) => ({ events: people * 2, people, sessions: people })

describe('matchPrevious', () => {
  it('gives each value its figures of the period before, zeros without any, and knows the unknown', () => {
    const rows = [
      { value: 'DE', ...counts(3) },
      { value: null, ...counts(2) },
      { value: 'FR', ...counts(1) },
    ]
    const before = [
      { value: null, ...counts(7) },
      { value: 'DE', ...counts(5) },
      { value: 'US', ...counts(9) },
    ]
    expect(matchPrevious(rows, before).map(({ value, previous }) => [value, previous])).toEqual([
      ['DE', counts(5)],
      [null, counts(7)],
      ['FR', counts(0)],
    ])
  })
})
