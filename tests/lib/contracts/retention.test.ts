import { describe, expect, it } from 'vitest'
import { retentionQuery } from '@/lib/contracts/retention'

const BASE = { range: '7d', target: { event: 'a' }, return: { event: 'b', where: { plan: 'pro', seats: { gt: 3 } } } }

describe('retentionQuery', () => {
  it('is daily, recurring and by calendar from Monday, unless said otherwise', () => {
    expect(retentionQuery.parse(BASE)).toMatchObject({
      interval: 'day',
      mode: 'recurring',
      windows: 'calendar',
      cumulative: false,
      weekStart: 'monday',
    })
  })

  it.each([
    { ...BASE, interval: 'year' },
    { ...BASE, range: undefined },
    { ...BASE, from: 2, to: 1, range: undefined },
    { ...BASE, return: { event: 'b', where: { seats: { above: 3 } } } },
  ])('refuses %j', (input) => {
    expect(retentionQuery.safeParse(input).success).toBe(false)
  })
})
