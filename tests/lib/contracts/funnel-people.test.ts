import { describe, expect, it } from 'vitest'
import { funnelPeopleQuery } from '@/lib/contracts/funnel-people'

const BASE = { range: '7d', steps: [{ event: 'a' }, { event: 'b' }], step: 2 }

describe('funnelPeopleQuery', () => {
  it('asks for those who converted, fifty at a time, unless said otherwise', () => {
    expect(funnelPeopleQuery.parse(BASE)).toMatchObject({ outcome: 'converted', limit: 50 })
  })

  it.each([
    { ...BASE, step: 3 },
    { ...BASE, step: 0 },
    { ...BASE, cursor: 'x' },
    { ...BASE, limit: 201 },
    { ...BASE, outcome: 'lost' },
  ])('refuses %j', (body) => expect(funnelPeopleQuery.safeParse(body).success).toBe(false))
})
