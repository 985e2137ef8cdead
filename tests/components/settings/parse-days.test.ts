import { describe, expect, it } from 'vitest'
import { parseDays } from '@/components/settings/parse-days'

describe('days to keep rows', () => {
  it('are a whole number from 1 on; nothing typed keeps for ever', () => {
    expect(parseDays(' 90 ')).toBe(90)
    expect(parseDays('1')).toBe(1)
    expect(parseDays(' ')).toBeNull()
  })

  it.each(['0', '-1', '1.5', '1e3', '007', 'a year', '1234567'])('are never guessed from %j', (text) => {
    expect(parseDays(text)).toBeUndefined()
  })
})
