import { describe, expect, it } from 'vitest'
import { toChange, toPointChange } from '@/components/format/change'

describe('a change', () => {
  it('says its direction and whether that is good, for both kinds of figures', () => {
    expect(toChange(120, 100, 'higher')).toEqual({ kind: 'changed', direction: 'up', tone: 'better', text: '20%' })
    expect(toChange(120, 100, 'lower')).toEqual({ kind: 'changed', direction: 'up', tone: 'worse', text: '20%' })
    expect(toChange(80, 100, 'lower')).toEqual({ kind: 'changed', direction: 'down', tone: 'better', text: '20%' })
    expect(toChange(80, 100, 'neither')).toMatchObject({ tone: 'neutral' })
  })

  it('from nothing to something is new, which no percentage can say', () => {
    expect(toChange(7, 0, 'higher')).toEqual({ kind: 'new', tone: 'better' })
    expect(toChange(7, 0, 'lower')).toEqual({ kind: 'new', tone: 'worse' })
  })

  it('from zero to zero is none', () => {
    expect(toChange(0, 0, 'higher')).toEqual({ kind: 'same' })
  })

  it('is unknown, with the reason, when either period has no value', () => {
    expect(toChange(null, 5, 'higher')).toEqual({ kind: 'unknown', reason: 'Nothing measured in this period' })
    expect(toChange(5, null, 'higher')).toEqual({ kind: 'unknown', reason: 'No earlier value' })
  })

  it('reads as a factor from ten times on, and as none below half a thousandth', () => {
    expect(toChange(1_000, 100, 'higher')).toMatchObject({ text: '×10' })
    expect(toChange(999, 100, 'higher')).toMatchObject({ text: '899%' })
    expect(toChange(10_000.4, 10_000, 'higher')).toEqual({ kind: 'same' })
  })
})

describe('the change of a ratio', () => {
  it('is in percentage points, so that 1 % to 2 % is not called 100 %', () => {
    expect(toPointChange(0.02, 0.01, 'lower')).toEqual({
      kind: 'changed',
      direction: 'up',
      tone: 'worse',
      text: '1 pp',
    })
    expect(toPointChange(0.0087, 0.0128, 'lower')).toMatchObject({ direction: 'down', tone: 'better', text: '0.4 pp' })
  })

  it('too small to show is none; without a value it is unknown', () => {
    expect(toPointChange(0.50001, 0.5, 'higher')).toEqual({ kind: 'same' })
    expect(toPointChange(0.5, null, 'higher')).toMatchObject({ kind: 'unknown' })
  })
})
