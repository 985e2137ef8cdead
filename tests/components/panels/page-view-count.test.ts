import { describe, expect, it } from 'vitest'
import { toPageViewCount } from '@/components/panels/page-view-count'

const toTop = (length: number) =>
  Array.from({ length }, (_, index) => ({ event: `event_${index}`, count: 100 - index, people: 1 }))

describe('page views', () => {
  it('are the count of their event', () => {
    expect(toPageViewCount({ top: [...toTop(3), { event: '$pageview', count: 7, people: 2 }] })).toBe(7)
  })

  it('are 0 when the list is whole and has none', () => {
    expect(toPageViewCount({ top: toTop(49) })).toBe(0)
    expect(toPageViewCount({ top: [] })).toBe(0)
  })

  it('are unknown when the list is cut above them', () => {
    expect(toPageViewCount({ top: toTop(50) })).toBeNull()
  })
})
