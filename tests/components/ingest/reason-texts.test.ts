import { describe, expect, it } from 'vitest'
import { toReasonText, toSqlStateText } from '@/components/ingest/reason-texts'

describe('a reason', () => {
  it('is said in words', () => {
    expect(toReasonText('rejected', 'too_old')).toBe('Older than seven days')
    expect(toReasonText('bot', 'data_centre')).toBe('Address of a data centre')
  })

  it('that this page does not know is its own name', () => {
    expect(toReasonText('refused', 'made_of_cheese')).toBe('made of cheese')
    expect(toReasonText('refused', 'constructor')).toBe('constructor')
  })
})

describe('a code of the store', () => {
  it('is explained by its class; an unknown one and none are not guessed', () => {
    expect(toSqlStateText('22003')).toBe('a value is out of range or of the wrong form')
    expect(toSqlStateText('XX000')).toBeNull()
    expect(toSqlStateText('')).toBeNull()
  })
})
