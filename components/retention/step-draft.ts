import { type EventStep, eventStep } from '@/lib/contracts/step'
import { createStep, type StepDraft } from '../funnels/funnel-draft'
import { toConditionDraft, toConditions } from '../segments/condition-draft'

/** A step as it is written. */
export function toStepDraft({ event, where = {} }: EventStep): StepDraft {
  return { ...createStep(event), where: Object.entries(where).map(([key, is]) => toConditionDraft(key, is)) }
}

/** The step that a draft means; null while its event or a condition is not complete. */
export function toEventStep({ event, where }: StepDraft): EventStep | null {
  const conditions = toConditions(where)
  if (conditions === null) return null
  const parsed = eventStep.safeParse({
    event: event.trim(),
    ...(where.length > 0 && { where: conditions }),
  })
  return parsed.success ? parsed.data : null
}

/** A step in words: `signup where plan, $country`. */
export function describeStep({ event, where = {} }: EventStep): string {
  const keys = Object.keys(where)
  const name = event === '*' ? 'any event' : event
  return keys.length === 0 ? name : `${name} where ${keys.join(', ')}`
}
