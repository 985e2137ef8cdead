import { describe, expect, it } from 'vitest'
import { personId } from '@/lib/contracts/person-id'

describe('personId', () => {
  it.each(['0', '1', '-1', '9223372036854775807', '-9223372036854775808'])('takes the 64-bit number %s', (text) => {
    expect(personId.parse(text)).toBe(text)
  })

  it.each(['', '-0', '01', '1.5', '1e3', ' 1', '9223372036854775808', '-9223372036854775809', 'ada'])(
    'refuses %j, which is no 64-bit number as the store writes it',
    (text) => {
      expect(personId.safeParse(text).success).toBe(false)
    },
  )
})
