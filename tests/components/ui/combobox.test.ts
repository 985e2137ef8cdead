import { describe, expect, it } from 'vitest'
import { toMatches } from '@/components/ui/combobox'

const OPTIONS = [
  { value: 'DE', label: 'Germany' },
  { value: 'GB', label: 'United Kingdom' },
]
const valuesOf = (text: string, isOpenEnded: boolean) => toMatches(OPTIONS, text, isOpenEnded).map(({ value }) => value)

describe('what a typed text offers', () => {
  it('is everything as long as nothing is typed', () => {
    expect(valuesOf(' ', true)).toEqual(['DE', 'GB'])
  })

  it('is found by name and by value, whatever the case', () => {
    expect(valuesOf('germ', false)).toEqual(['DE'])
    expect(valuesOf('gb', false)).toEqual(['GB'])
  })

  it('is the text itself, last, only where that is allowed and no option is meant already', () => {
    expect(valuesOf('king', true)).toEqual(['GB', 'king'])
    expect(valuesOf('Germany', true)).toEqual(['DE'])
    expect(valuesOf('nowhere', false)).toEqual([])
    expect(valuesOf(' FR ', true)).toEqual(['FR'])
  })
})
