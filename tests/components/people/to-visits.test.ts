import { describe, expect, it } from 'vitest'
import { toVisits } from '@/components/people/to-visits'
import type { TimelineEvent } from '@/lib/contracts/timeline'

const MINUTE = 60_000
const at = (minutes: number): TimelineEvent => ({
  id: String(minutes),
  kind: 'event',
  timestampMs: minutes * MINUTE,
  name: 'a',
  route: null,
  referrer: null,
  device: null,
  browser: null,
  os: null,
  country: null,
  properties: {},
})

describe('toVisits', () => {
  it('parts a timeline where nothing happened for more than half an hour', () => {
    const visits = toVisits([at(100), at(70), at(39), at(39)])
    expect(visits.map(({ startMs, endMs, items }) => [startMs / MINUTE, endMs / MINUTE, items.length])).toEqual([
      [70, 100, 2],
      [39, 39, 2],
    ])
  })

  it('has none of nothing', () => {
    expect(toVisits([])).toEqual([])
  })
})
