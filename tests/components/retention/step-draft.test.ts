import { expect, test } from 'vitest'
import { describeStep, toEventStep, toStepDraft } from '@/components/retention/step-draft'

test('a step is written and read back as it was', () => {
  for (const step of [
    { event: '*' },
    { event: 'signup', where: { plan: 'pro', count: { gte: 3 }, $country: { exists: false } } },
    { event: 'signup', where: { plan: null } },
  ]) {
    expect(toEventStep(toStepDraft(step))).toEqual(step)
  }
})

test('an unfinished step is none', () => {
  expect(toEventStep({ ...toStepDraft({ event: '' }) })).toBeNull()
  const unfinished = { ...toStepDraft({ event: 'a' }), where: [{ key: 'plan', op: 'eq' as const, value: '' }] }
  expect(toEventStep(unfinished)).toBeNull()
})

test('says a step in words', () => {
  expect(describeStep({ event: '*' })).toBe('any event')
  expect(describeStep({ event: 'signup', where: { plan: 'pro' } })).toBe('signup where plan')
})
