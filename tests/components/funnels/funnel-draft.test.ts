import { describe, expect, test } from 'vitest'
import { createDraft, createStep, moveItem, toDefinition, toDraft } from '@/components/funnels/funnel-draft'

const steps = [{ event: 'a' }, { event: 'b', where: { plan: 'pro', seats: { gt: 3 } } }]

describe('a funnel in the editor', () => {
  test.each<[string, object]>([
    ['steps with conditions', { steps }],
    [
      'everything',
      {
        steps,
        order: 'strict',
        unit: 'session',
        window: '90m',
        exclusions: [{ event: 'x', where: { $country: 'DE' }, fromStep: 1, toStep: 2 }],
        breakdown: { property: 'plan' },
      },
    ],
    ['steps of conversions', { steps: [{ event: 'open' }, { event: 'pay' }], conversions: 'Trial' }],
    ['a condition for null', { steps: [{ event: 'a', where: { plan: null } }] }],
  ])('%s come back as they were', (_, definition) => {
    const draft = toDraft(definition)
    expect(draft && toDefinition(draft)).toEqual({ order: 'ordered', unit: 'person', window: '14d', ...definition })
  })

  test('waits for events, for values of conditions, and for a window', () => {
    const complete = { ...createDraft(), steps: [createStep('a')] }
    expect(toDefinition(complete)).not.toBeNull()
    expect(toDefinition(createDraft())).toBeNull()
    expect(toDefinition({ ...complete, windowCount: '' })).toBeNull()
    expect(toDefinition({ ...complete, windowCount: '-1' })).toBeNull()
    const where = [{ key: 'plan', op: 'eq', value: '' }] as const
    expect(toDefinition({ ...complete, steps: [{ ...createStep('a'), where }] })).toBeNull()
  })

  test('in any order exclusions run over the whole funnel', () => {
    const draft = toDraft({ steps: [...steps, { event: 'c' }], exclusions: [{ event: 'x', fromStep: 2, toStep: 3 }] })
    expect(draft && toDefinition({ ...draft, order: 'unordered' })?.exclusions).toEqual([
      { event: 'x', fromStep: 1, toStep: 3 },
    ])
  })

  test.each([null, {}, { steps: [] }, { steps, typo: 1 }, 'x'])('%j is no funnel', (definition) => {
    expect(toDraft(definition)).toBeNull()
  })
})

test('an item moves to where it is put; beyond the ends it stays', () => {
  expect(moveItem(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a'])
  expect(moveItem(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b'])
  expect(moveItem(['a', 'b'], 0, -1)).toEqual(['a', 'b'])
  expect(moveItem(['a', 'b'], 1, 2)).toEqual(['a', 'b'])
})
