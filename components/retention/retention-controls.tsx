'use client'

import { type ReactNode, useEffect, useEffectEvent, useState } from 'react'
import type { EventStep } from '@/lib/contracts/step'
import { useEventProperties } from '../data/funnels'
import { StepEditor } from '../funnels/step-editor'
import { SuggestedInput } from '../segments/suggested-input'
import { useSettled } from '../segments/use-settled'
import { Card } from '../ui/card'
import { Checkbox } from '../ui/checkbox'
import { Select } from '../ui/field'
import type { RetentionState } from './retention-url'
import { toEventStep, toStepDraft } from './step-draft'

type RetentionControlsProps = {
  project: string
  state: RetentionState
  onChange: (patch: Partial<RetentionState>) => void
}

const MODES = [
  ['recurring', 'each time they did'],
  ['first_time', 'the first time they did'],
  ['first_ever', 'their very first one, if it matches'],
] as const
const WINDOWS = [
  ['calendar', 'calendar intervals'],
  ['rolling', 'windows from each person’s own event'],
] as const
const INTERVALS = [
  ['hour', 'by hour'],
  ['day', 'by day'],
  ['week', 'by week'],
  ['month', 'by month'],
] as const
const WEEK_STARTS = [
  ['monday', 'Monday'],
  ['sunday', 'Sunday'],
] as const

/** The question of the page as a sentence: who, came back for what, counted how. */
export function RetentionControls({ project, state, onChange }: RetentionControlsProps) {
  return (
    <Card className="flex flex-col gap-4 p-4 sm:p-6">
      <div className="grid gap-4 lg:grid-cols-2">
        <StepField
          project={project}
          label="People who did"
          name="Target event"
          step={state.target}
          onChange={(target) => onChange({ target })}
        />
        <StepField
          project={project}
          label="and came back to do"
          name="Return event"
          step={state.comeback}
          onChange={(comeback) => onChange({ comeback })}
        />
      </div>
      <div className="grid grid-cols-[repeat(auto-fit,minmax(min(11rem,100%),1fr))] gap-4">
        <Choice
          label="Cohorts"
          value={state.interval}
          options={INTERVALS}
          onChange={(interval) => onChange({ interval })}
        />
        <Choice label="A person counts" value={state.mode} options={MODES} onChange={(mode) => onChange({ mode })} />
        <Choice
          label="Come back within"
          value={state.windows}
          options={WINDOWS}
          onChange={(windows) => onChange({ windows, ...(windows === 'rolling' && { cumulative: false }) })}
        />
        {state.interval === 'week' && (
          <Choice
            label="Weeks begin on"
            value={state.weekStart}
            options={WEEK_STARTS}
            onChange={(weekStart) => onChange({ weekStart })}
          />
        )}
        <BreakdownField {...{ project, state, onChange }} />
      </div>
      <div className="flex flex-wrap gap-x-8 gap-y-3">
        <Checkbox
          label="On or after"
          hint={
            state.windows === 'rolling' ? 'Of calendar intervals only.' : 'Who came back in that interval or later.'
          }
          disabled={state.windows === 'rolling'}
          checked={state.cumulative}
          onCheckedChange={(cumulative) => onChange({ cumulative })}
        />
        <Checkbox
          label="Revenue"
          hint="What the return events of each cohort brought in."
          checked={state.revenue}
          onCheckedChange={(revenue) => onChange({ revenue })}
        />
      </div>
    </Card>
  )
}

type ChoiceProps<Value extends string> = {
  label: string
  value: Value
  options: readonly (readonly [value: Value, text: string])[]
  onChange: (value: Value) => void
}

function Choice<Value extends string>({ label, value, options, onChange }: ChoiceProps<Value>) {
  return (
    <Labelled label={label}>
      <Select aria-label={label} value={value} onChange={(event) => onChange(event.target.value as Value)}>
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </Select>
    </Labelled>
  )
}

function BreakdownField({ project, state, onChange }: RetentionControlsProps) {
  const properties = useEventProperties(project, state.target.event)
  const [text, setText] = useState(state.breakdown)
  return (
    <Labelled label="Broken down by">
      <SuggestedInput
        aria-label="Broken down by"
        placeholder="nothing"
        value={text}
        maxLength={200}
        suggestions={(properties.data?.items ?? []).map(({ key }) => key)}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => onChange({ breakdown: text.trim() })}
        onKeyDown={(event) => event.key === 'Enter' && onChange({ breakdown: text.trim() })}
      />
    </Labelled>
  )
}

type StepFieldProps = {
  project: string
  label: string
  name: string
  step: EventStep
  onChange: (step: EventStep) => void
}

/** A step that is asked for when it is complete and nobody types any more. */
function StepField({ project, label, name, step, onChange }: StepFieldProps) {
  const [draft, setDraft] = useState(() => toStepDraft(step))
  const settled = useSettled(draft)
  const tell = useEffectEvent((complete: EventStep) => {
    if (JSON.stringify(complete) !== JSON.stringify(step)) onChange(complete)
  })
  useEffect(() => {
    const complete = toEventStep(settled)
    if (complete) tell(complete)
  }, [settled])
  return (
    <Labelled label={label}>
      <StepEditor project={project} name={name} step={draft} hasConditions onRemove={null} onChange={setDraft} />
    </Labelled>
  )
}

function Labelled({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <span aria-hidden="true" className="font-medium text-[0.8125rem]">
        {label}
      </span>
      {children}
    </div>
  )
}
