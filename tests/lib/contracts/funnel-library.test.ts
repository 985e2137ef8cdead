import { describe, expect, it } from 'vitest'
import { createFunnelRequest } from '@/lib/contracts/funnel-library'

const definition = { steps: [{ event: 'a' }, { event: 'b' }] }

describe('createFunnelRequest', () => {
  it('takes a funnel without range and filters, under a name without blanks around it', () => {
    expect(createFunnelRequest.parse({ name: ' Checkout ', definition })).toMatchObject({ name: 'Checkout' })
    expect(createFunnelRequest.safeParse({ name: 'x', definition: { ...definition, range: '7d' } }).success).toBe(false)
    expect(createFunnelRequest.safeParse({ name: ' ', definition }).success).toBe(false)
  })

  it('checks exclusions as the question does', () => {
    const exclusions = [{ event: 'x', fromStep: 2, toStep: 1 }]
    expect(createFunnelRequest.safeParse({ name: 'x', definition: { ...definition, exclusions } }).success).toBe(false)
  })
})
