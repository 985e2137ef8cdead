import { describe, expect, it } from 'vitest'
import { toReasonText } from '@/components/ingest/reason-texts'

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
