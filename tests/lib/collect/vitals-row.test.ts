import { expect, test } from 'vitest'
import { parseAgent } from '../../../lib/collect/parse-agent'
import { toVitalsRow } from '../../../lib/collect/vitals-row'
import { ID, NOW_MS, toContext } from './request'

const base = { id: ID, timestamp: NOW_MS }
const reasonOf = (item: unknown) => {
  const outcome = toVitalsRow(item, toContext())
  return outcome.ok ? 'ok' : outcome.reason
}

test('keeps a zero as a measurement and an absent value as null', () => {
  const outcome = toVitalsRow({ ...base, seq: 2, cls: 0, lcp: 1_200.5, custom: { hero: 12.5 } }, toContext())
  expect(outcome).toMatchObject({ ok: true, row: { seq: 2, cls: 0, lcp: 1_200.5, inp: null, custom: { hero: 12.5 } } })
})

test('believes the page about its device before the agent', () => {
  const agent = { ...parseAgent(null), device: 'desktop' as const }
  expect(toVitalsRow({ ...base, device: 'tablet' }, toContext('publishable', { agent }))).toMatchObject({
    row: { device: 'tablet' },
  })
  expect(toVitalsRow(base, toContext('publishable', { agent }))).toMatchObject({ row: { device: 'desktop' } })
})

test('names what is wrong with it', () => {
  expect(reasonOf(base)).toBe('ok')
  expect(reasonOf({ ...base, id: 'x' })).toBe('invalid_id')
  expect(reasonOf({ ...base, lcp: -1 })).toBe('invalid_event')
  expect(reasonOf({ ...base, lcp: '5' })).toBe('invalid_event')
  expect(reasonOf({ ...base, attribution: [1] })).toBe('invalid_properties')
  for (const custom of [{ a: 'x' }, { a: null }, { '': 1 }, [1], 5]) {
    expect(reasonOf({ ...base, custom })).toBe('invalid_properties')
  }
  expect(reasonOf(null)).toBe('invalid_event')
})

test('says nothing of what was on the page under Global Privacy Control', () => {
  const item = { ...base, attribution: { lcp: { target: '#user-1' } }, custom: { hero: 1 }, lcp: 5 }
  expect(toVitalsRow(item, toContext())).toMatchObject({ row: { attribution: item.attribution } })
  expect(toVitalsRow(item, toContext('publishable', { isGpc: true }))).toMatchObject({
    row: { attribution: null, lcp: 5, custom: { hero: 1 }, gpc: true },
  })
})

test('keeps the first 64 own measurements, and a large one as the number it is', () => {
  const custom = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`m${index}`, 4_111_111_111_111_111]))
  const outcome = toVitalsRow({ ...base, custom }, toContext())
  expect(outcome).toMatchObject({ ok: true, cutCount: 6, row: { custom: { m63: 4_111_111_111_111_111 } } })
})
