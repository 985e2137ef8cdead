import { describe, expect, it } from 'vitest'
import { sumRows, toTableName } from '@/components/people/table-names'

describe('tables', () => {
  it('have a name for people; one that is not known is its own', () => {
    expect(toTableName('user_events')).toBe('Events')
    expect(toTableName('moods')).toBe('moods')
    expect(toTableName('toString')).toBe('toString')
  })

  it('add up', () => {
    expect(sumRows({ user_events: 3, conversions: 2 })).toBe(5)
    expect(sumRows({})).toBe(0)
  })
})
