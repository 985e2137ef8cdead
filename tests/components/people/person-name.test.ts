import { describe, expect, it } from 'vitest'
import { toPersonName, toTraitLine } from '@/components/people/person-name'

describe('the names of people', () => {
  it('are the application’s id, else the end of their number', () => {
    expect(toPersonName({ personId: '-4611686018427387904', externalId: 'customer-7' })).toBe('customer-7')
    expect(toPersonName({ personId: '-4611686018427387904', externalId: null })).toBe('Visitor 387904')
  })

  it('stand beside their traits in one line, structures as JSON', () => {
    expect(toTraitLine({ plan: 'pro', seats: 4, tags: ['a'] })).toBe('plan: pro · seats: 4 · tags: ["a"]')
    expect(toTraitLine({})).toBe('')
  })
})
