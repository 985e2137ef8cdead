'use client'

import Plus from 'lucide-react/icons/plus'
import { useState } from 'react'
import { FUNNEL_EXCLUSIONS_MAX, FUNNEL_STEPS_MAX } from '@/lib/contracts/funnel'
import { COLUMN_KEYS } from '@/lib/contracts/step'
import { useEventProperties } from '../data/funnels'
import { SuggestedInput } from '../segments/suggested-input'
import { Button } from '../ui/button'
import { Field, Select, TextInput } from '../ui/field'
import { SegmentedControl } from '../ui/segmented-control'
import { createStep, type ExclusionDraft, type FunnelDraft, moveItem, type WindowUnit } from './funnel-draft'
import { MovableStep, StepEditor } from './step-editor'

const ORDERS = [
  { value: 'ordered', label: 'In order', title: 'Other events may lie between' },
  { value: 'strict', label: 'Strict', title: 'No other event between the steps' },
  { value: 'unordered', label: 'Any order', title: 'Steps in whatever order' },
] as const
const UNITS = [
  { value: 'person', label: 'People' },
  { value: 'session', label: 'Sessions', title: 'One visit each, cut after 30 idle minutes' },
] as const
const WINDOW_UNITS: readonly { unit: WindowUnit; text: string }[] = [
  { unit: 'm', text: 'minutes' },
  { unit: 'h', text: 'hours' },
  { unit: 'd', text: 'days' },
  { unit: 'w', text: 'weeks' },
]

type FunnelBuilderProps = { project: string; draft: FunnelDraft; onChange: (draft: FunnelDraft) => void }

/** The editor of a funnel: steps to search, order and narrow, and how they must follow one another. */
export function FunnelBuilder({ project, draft, onChange }: FunnelBuilderProps) {
  const [said, setSaid] = useState('')
  const { steps } = draft
  const ofConversions = draft.conversions !== ''
  const move = (from: number, to: number) => {
    const moved = moveItem(steps, from, to)
    if (moved === steps) return
    setSaid(`${steps[from]?.event || 'The step'} is now step ${to + 1} of ${steps.length}`)
    onChange({ ...draft, steps: moved })
  }
  const remove = (index: number) => onChange({ ...draft, ...withoutStep(draft, index) })
  return (
    <div className="flex flex-col gap-5">
      <section aria-labelledby="funnel-steps" className="flex flex-col gap-2">
        <h3 id="funnel-steps" className="font-medium text-[0.8125rem]">
          Steps{ofConversions && ` of the conversions “${draft.conversions}”`}
        </h3>
        <ol className="flex flex-col gap-1">
          {steps.map((step, index) => (
            <MovableStep key={step.id} index={index} count={steps.length} onMove={move}>
              <StepEditor
                project={project}
                step={step}
                name={`Step ${index + 1}`}
                hasConditions={!ofConversions}
                onChange={(next) => onChange({ ...draft, steps: steps.with(index, next) })}
                onRemove={steps.length > 1 ? () => remove(index) : null}
              />
            </MovableStep>
          ))}
        </ol>
        <p role="status" className="sr-only">
          {said}
        </p>
        {steps.length < FUNNEL_STEPS_MAX && (
          <Button
            size="small"
            className="self-start"
            onClick={() => onChange({ ...draft, steps: [...steps, createStep()] })}
          >
            <Plus aria-hidden="true" className="size-3.5" />
            Add step
          </Button>
        )}
      </section>
      <Exclusions project={project} draft={draft} onChange={onChange} />
      <Settings project={project} draft={draft} onChange={onChange} />
    </div>
  )
}

// Exclusions keep their steps where they still exist, and end with the funnel where they do not.
function withoutStep({ steps, exclusions }: FunnelDraft, index: number): Pick<FunnelDraft, 'steps' | 'exclusions'> {
  const left = steps.toSpliced(index, 1)
  return {
    steps: left,
    exclusions: exclusions
      .map((each) => ({ ...each, toStep: Math.min(each.toStep, left.length) }))
      .filter(({ fromStep, toStep }) => fromStep < toStep),
  }
}

function Settings({ project, draft, onChange }: FunnelBuilderProps) {
  const first = draft.steps[0]?.event.trim() ?? ''
  const properties = useEventProperties(project, first)
  const keys = properties.data?.items.map(({ key }) => key) ?? [...COLUMN_KEYS]
  const ofConversions = draft.conversions !== ''
  return (
    <div className="flex flex-wrap items-start gap-x-6 gap-y-4">
      <div className="flex flex-col gap-1.5">
        <span className="font-medium text-[0.8125rem]">Order</span>
        <SegmentedControl
          label="Order"
          value={draft.order}
          options={ORDERS}
          onChange={(order) => onChange({ ...draft, order })}
        />
      </div>
      <Field label="Within">
        {(control) => (
          <div className="flex w-48 gap-1.5">
            <TextInput
              {...control}
              size={3}
              inputMode="numeric"
              maxLength={5}
              value={draft.windowCount}
              onChange={(event) => onChange({ ...draft, windowCount: event.target.value })}
            />
            <Select
              aria-label="Unit of the window"
              value={draft.windowUnit}
              onChange={(event) => onChange({ ...draft, windowUnit: event.target.value as WindowUnit })}
            >
              {WINDOW_UNITS.map(({ unit, text }) => (
                <option key={unit} value={unit}>
                  {text}
                </option>
              ))}
            </Select>
          </div>
        )}
      </Field>
      {!ofConversions && (
        <>
          <div className="flex flex-col gap-1.5">
            <span className="font-medium text-[0.8125rem]">Count</span>
            <SegmentedControl
              label="What is counted"
              value={draft.unit}
              options={UNITS}
              onChange={(unit) => onChange({ ...draft, unit })}
            />
          </div>
          <div className="w-44">
            <Field label="Break down by">
              {(control) => (
                <SuggestedInput
                  {...control}
                  placeholder="nothing"
                  maxLength={200}
                  suggestions={keys}
                  value={draft.breakdown}
                  onChange={(event) => onChange({ ...draft, breakdown: event.target.value })}
                />
              )}
            </Field>
          </div>
        </>
      )}
    </div>
  )
}

function Exclusions({ project, draft, onChange }: FunnelBuilderProps) {
  const { exclusions, steps } = draft
  const set = (next: readonly ExclusionDraft[]) => onChange({ ...draft, exclusions: next })
  return (
    <section aria-label="Exclusions" className="flex flex-col gap-2">
      {exclusions.map((exclusion, index) => (
        <div key={exclusion.id} className="flex flex-wrap items-start gap-2 p-1">
          <span className="pt-2 text-ink-soft text-[0.8125rem]">Leave out who did</span>
          <StepEditor
            project={project}
            step={exclusion}
            name={`Exclusion ${index + 1}`}
            hasConditions={draft.conversions === ''}
            onChange={(next) => set(exclusions.with(index, next))}
            onRemove={() => set(exclusions.toSpliced(index, 1))}
          >
            {draft.order !== 'unordered' && (
              <Between
                exclusion={exclusion}
                index={index}
                count={steps.length}
                onChange={(next) => set(exclusions.with(index, next))}
              />
            )}
          </StepEditor>
        </div>
      ))}
      {steps.length > 1 && exclusions.length < FUNNEL_EXCLUSIONS_MAX && (
        <Button
          variant="quiet"
          size="small"
          className="-ml-2.5 self-start"
          onClick={() => set([...exclusions, { ...createStep(), fromStep: 1, toStep: steps.length }])}
        >
          <Plus aria-hidden="true" className="size-3.5" />
          Exclude an event between steps
        </Button>
      )}
    </section>
  )
}

type BetweenProps = {
  exclusion: ExclusionDraft
  index: number
  count: number
  onChange: (exclusion: ExclusionDraft) => void
}

function Between({ exclusion, index, count, onChange }: BetweenProps) {
  const { fromStep, toStep } = exclusion
  return (
    <span className="flex items-center gap-1.5 text-ink-soft text-[0.8125rem]">
      between
      <Select
        aria-label={`First step of exclusion ${index + 1}`}
        value={fromStep}
        onChange={(event) => {
          const next = Number(event.target.value)
          onChange({ ...exclusion, fromStep: next, toStep: Math.max(toStep, next + 1) })
        }}
      >
        {toNumbers(1, count - 1).map((step) => (
          <option key={step}>{step}</option>
        ))}
      </Select>
      and
      <Select
        aria-label={`Last step of exclusion ${index + 1}`}
        value={toStep}
        onChange={(event) => onChange({ ...exclusion, toStep: Number(event.target.value) })}
      >
        {toNumbers(fromStep + 1, count).map((step) => (
          <option key={step}>{step}</option>
        ))}
      </Select>
    </span>
  )
}

function toNumbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}
