import { describe, expect, it } from 'vitest'
import { addEvents, LIVE_EVENTS_KEPT } from '@/components/data/use-live'

const event = (id: string) => ({ id, timestampMs: 0, event: 'a', route: null, country: null, device: null })
const ids = (events: readonly { id: string }[]) => events.map(({ id }) => id)

describe('addEvents', () => {
  it('puts what arrived first, each once', () => {
    expect(ids(addEvents([event('b'), event('a')], [event('c'), event('b')]))).toEqual(['c', 'b', 'a'])
  })

  it('gives the same list when nothing is new, so that nothing is drawn again', () => {
    const seen = [event('a')]
    expect(addEvents(seen, [event('a')])).toBe(seen)
  })

  it('forgets the oldest beyond what is kept', () => {
    const seen = Array.from({ length: LIVE_EVENTS_KEPT }, (_, index) => event(`old ${index}`))
    const kept = addEvents(seen, [event('new')])
    expect([kept.length, kept[0]?.id, kept.at(-1)?.id]).toEqual([
      LIVE_EVENTS_KEPT,
      'new',
      `old ${LIVE_EVENTS_KEPT - 2}`,
    ])
  })
})
