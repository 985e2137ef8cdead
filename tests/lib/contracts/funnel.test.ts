import { describe, expect, it } from 'vitest'
import { FUNNEL_WINDOW_MS_DEFAULT, funnelQuery } from '@/lib/contracts/funnel'
import { DAY_MS } from '@/lib/core/time-range'

const BASE = { range: '7d', steps: [{ event: 'a' }, { event: 'b' }] }
const pathsOf = (input: unknown): string[] => {
  const parsed = funnelQuery.safeParse(input)
  return parsed.success ? [] : parsed.error.issues.map((issue) => issue.path.join('.'))
}

describe('funnelQuery', () => {
  it('is ordered, over 14 days, by person, unless said otherwise', () => {
    expect(funnelQuery.parse(BASE)).toMatchObject({ order: 'ordered', unit: 'person', exclusions: [] })
    expect(funnelQuery.parse(BASE).window).toBe(14 * DAY_MS)
  })

  it.each([[null], ['0d'], ['-3d']])('takes the default for the window %j', (window) => {
    expect(funnelQuery.parse({ ...BASE, window }).window).toBe(FUNNEL_WINDOW_MS_DEFAULT)
  })

  it.each([
    [{ ...BASE, window: 'a while' }, ['window']],
    [{ ...BASE, steps: [] }, ['steps']],
    [{ ...BASE, steps: Array.from({ length: 21 }, () => ({ event: 'a' })) }, ['steps']],
    [{ steps: BASE.steps }, ['range']],
    [{ ...BASE, from: 1, to: 2 }, ['range']],
    [{ ...BASE, typo: 1 }, ['']],
  ])('names what is wrong with a definition: %#', (input, paths) => {
    expect(pathsOf(input)).toEqual(paths)
  })

  // The invalid ranges of the quoted suite (notes, F8), which counts steps from 0.
  it.each([
    [2, 2],
    [2, 3],
    [3, 2],
    [1, 3],
  ])('refuses an exclusion from step %d to step %d of two', (fromStep, toStep) => {
    expect(pathsOf({ ...BASE, exclusions: [{ event: 'x', fromStep, toStep }] })).toEqual(['exclusions.0'])
  })

  it('takes exclusions of an unordered funnel from its first step to its last only', () => {
    const unordered = { ...BASE, order: 'unordered', steps: [...BASE.steps, { event: 'c' }] }
    expect(pathsOf({ ...unordered, exclusions: [{ event: 'x', fromStep: 1, toStep: 3 }] })).toEqual([])
    expect(pathsOf({ ...unordered, exclusions: [{ event: 'x', fromStep: 2, toStep: 3 }] })).toEqual(['exclusions.0'])
  })

  it('asks of conversions nothing that they do not have', () => {
    const base = { ...BASE, conversions: 'Trial' }
    expect(pathsOf(base)).toEqual([])
    expect(pathsOf({ ...base, unit: 'session' })).toEqual(['unit'])
    expect(pathsOf({ ...base, breakdown: { property: 'plan' } })).toEqual(['breakdown'])
    expect(pathsOf({ ...base, steps: [{ event: 'a', where: { plan: 'pro' } }] })).toEqual(['steps.0.where'])
    expect(pathsOf({ ...base, revenue: true })).toEqual(['revenue'])
  })

  it('compares with the time before, or with a time that ends after it begins', () => {
    expect(pathsOf({ ...BASE, compare: 'previous' })).toEqual([])
    expect(pathsOf({ ...BASE, compare: { from: 1, to: 2 } })).toEqual([])
    expect(pathsOf({ ...BASE, compare: { from: 2, to: 2 } })).toEqual(['compare.to'])
  })
})
