import type { FunnelOrder, FunnelUnit } from '@/lib/contracts/funnel'
import { type FunnelDefinitionInput, funnelDefinition } from '@/lib/contracts/funnel-library'
import type { Condition } from '@/lib/contracts/step'
import { type ConditionDraft, toConditionDraft, toConditions } from '../segments/condition-draft'

/** A step as it is being written; `id` is its own for as long as the page lives. */
export type StepDraft = { id: string; event: string; where: readonly ConditionDraft[] }
export type ExclusionDraft = StepDraft & { fromStep: number; toStep: number }
export type WindowUnit = 'm' | 'h' | 'd' | 'w'

/** A funnel as it is being written. */
export type FunnelDraft = {
  order: FunnelOrder
  unit: FunnelUnit
  windowCount: string
  windowUnit: WindowUnit
  steps: readonly StepDraft[]
  exclusions: readonly ExclusionDraft[]
  /** Empty for none. */
  breakdown: string
  /** The funnel of conversions whose steps these are; empty for events. */
  conversions: string
}

let drafts = 0

/** A step to be filled in. */
export function createStep(event = ''): StepDraft {
  drafts += 1
  return { id: `step-${drafts}`, event, where: [] }
}

/** A funnel to be filled in: two steps without events. */
export function createDraft(): FunnelDraft {
  return {
    order: 'ordered',
    unit: 'person',
    windowCount: '14',
    windowUnit: 'd',
    steps: [createStep(), createStep()],
    exclusions: [],
    breakdown: '',
    conversions: '',
  }
}

/** The funnel that a draft means; null while a step has no event, a condition no value, or the window no length. */
export function toDefinition(draft: FunnelDraft): FunnelDefinitionInput | null {
  const steps = draft.steps.map(toStep)
  const exclusions = draft.exclusions.map((exclusion) => {
    const step = toStep(exclusion)
    const last = draft.steps.length
    if (step === null) return null
    // In any order only the whole funnel is between.
    const [fromStep, toStep_] = draft.order === 'unordered' ? [1, last] : [exclusion.fromStep, exclusion.toStep]
    return { ...step, fromStep, toStep: toStep_ }
  })
  if (steps.includes(null) || exclusions.includes(null) || !(Number(draft.windowCount) > 0)) return null
  const definition = {
    steps,
    order: draft.order,
    window: `${Number(draft.windowCount)}${draft.windowUnit}`,
    unit: draft.unit,
    ...(exclusions.length > 0 && { exclusions }),
    ...(draft.breakdown.trim() !== '' && { breakdown: { property: draft.breakdown.trim() } }),
    ...(draft.conversions !== '' && { conversions: draft.conversions }),
  } as FunnelDefinitionInput
  return funnelDefinition.safeParse(definition).success ? definition : null
}

function toStep({ event, where }: StepDraft): { event: string; where?: Record<string, Condition> } | null {
  const conditions = toConditions(where)
  if (event.trim() === '' || conditions === null) return null
  return {
    event: event.trim(),
    ...(where.length > 0 && { where: conditions }),
  }
}

/** The draft that means a funnel; null for what is none. */
export function toDraft(definition: unknown): FunnelDraft | null {
  const parsed = funnelDefinition.safeParse(definition)
  if (!parsed.success) return null
  const { order, unit, window, steps, exclusions, breakdown, conversions } = parsed.data
  return {
    order,
    unit,
    ...toWindow(window),
    steps: steps.map(toStepDraft),
    exclusions: exclusions.map((each) => ({ ...toStepDraft(each), fromStep: each.fromStep, toStep: each.toStep })),
    breakdown: breakdown?.property ?? '',
    conversions: conversions ?? '',
  }
}

function toStepDraft({
  event,
  where = {},
}: {
  event: string
  where?: Record<string, Condition> | undefined
}): StepDraft {
  return { ...createStep(event), where: Object.entries(where).map(([key, is]) => toConditionDraft(key, is)) }
}

const UNITS_MS = [
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
] as const

/** The window in the largest unit that divides it; minutes where none does. */
function toWindow(windowMs: number): Pick<FunnelDraft, 'windowCount' | 'windowUnit'> {
  const [unit, ms] = UNITS_MS.find(([name, each]) => name !== 'w' && windowMs % each === 0) ?? ['m', 60_000]
  return { windowCount: String(windowMs / ms), windowUnit: unit }
}

/** The list with the item at one place moved to another. */
export function moveItem<Item>(items: readonly Item[], from: number, to: number): readonly Item[] {
  const item = items[from]
  if (item === undefined || to < 0 || to >= items.length) return items
  return items.toSpliced(from, 1).toSpliced(to, 0, item)
}
