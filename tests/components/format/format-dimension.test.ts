import { describe, expect, it } from 'vitest'
import { formatCountry, formatDevice } from '@/components/format/format-dimension'

describe('values of dimensions', () => {
  it('are called by their names', () => {
    expect([formatCountry('DE'), formatCountry('gb')]).toEqual(['Germany', 'United Kingdom'])
    expect([formatDevice('mobile'), formatDevice('desktop')]).toEqual(['Phone', 'Desktop'])
  })

  it('stay as they are when nobody knows them', () => {
    expect([formatCountry('XX'), formatCountry('T1'), formatCountry(''), formatCountry('Deutschland')]).toEqual([
      'XX',
      'T1',
      '',
      'Deutschland',
    ])
    expect(formatDevice('fridge')).toBe('fridge')
  })
})
