import { type Condition, type EventStep, eventStep } from '@/lib/contracts/step'
import { createStep, type StepDraft } from '../funnels/funnel-draft'
import { toCondition, toConditionDraft } from '../segments/condition-draft'

/** A step as it is written. */
export function toStepDraft({ event, where = {} }: EventStep): StepDraft {
  return { ...createStep(event), where: Object.entries(where).map(([key, is]) => toConditionDraft(key, is)) }
}

/** The step that a draft means; null while its event or a condition is not complete. */
export function toEventStep({ event, where }: StepDraft): EventStep | null {
  const conditions = where.map((draft) => [draft.key.trim(), toCondition(draft)] as const)
  if (conditions.some(([key, is]) => key === '' || is === null)) return null
  const parsed = eventStep.safeParse({
    event: event.trim(),
    ...(conditions.length > 0 && { where: Object.fromEntries(conditions) as Record<string, Condition> }),
  })
  return parsed.success ? parsed.data : null
}

/** A step in words: `signup where plan, $country`. */
export function describeStep({ event, where = {} }: EventStep): string {
  const keys = Object.keys(where)
  const name = event === '*' ? 'any event' : event
  return keys.length === 0 ? name : `${name} where ${keys.join(', ')}`
}
