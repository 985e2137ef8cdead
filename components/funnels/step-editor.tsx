'use client'

import GripVertical from 'lucide-react/icons/grip-vertical'
import Plus from 'lucide-react/icons/plus'
import X from 'lucide-react/icons/x'
import { type ReactNode, useState } from 'react'
import { useEventProperties } from '../data/funnels'
import { EMPTY_CONDITION } from '../segments/condition-draft'
import { ConditionFields } from '../segments/condition-fields'
import { useSettled } from '../segments/use-settled'
import { Button } from '../ui/button'
import { classNames } from '../ui/class-names'
import { EventPicker } from './event-picker'
import type { StepDraft } from './funnel-draft'

type StepEditorProps<Step extends StepDraft> = {
  project: string
  step: Step
  /** `Step 2`, `Exclusion 1`. */
  name: string
  onChange: (step: Step) => void
  onRemove: (() => void) | null
  /** Steps of conversions are names alone. */
  hasConditions: boolean
  children?: ReactNode
}

/** One event with its conditions. */
export function StepEditor<Step extends StepDraft>(props: StepEditorProps<Step>) {
  const { project, step, name, onChange, onRemove, hasConditions, children } = props
  const event = useSettled(step.event.trim())
  const properties = useEventProperties(project, hasConditions && step.where.length > 0 ? event : '')
  const suggestions = properties.data?.items ?? []
  const setWhere = (where: StepDraft['where']) => onChange({ ...step, where })
  return (
    <div className="flex min-w-0 grow flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <EventPicker
          project={project}
          label={`Event of ${name.toLowerCase()}`}
          value={step.event}
          onChange={(chosen) => onChange({ ...step, event: chosen })}
        />
        {children}
        {hasConditions && (
          <Button variant="quiet" size="small" onClick={() => setWhere([...step.where, EMPTY_CONDITION])}>
            <Plus aria-hidden="true" className="size-3.5" />
            where
          </Button>
        )}
        {onRemove && (
          <Button variant="quiet" size="icon" aria-label={`Remove ${name.toLowerCase()}`} onClick={onRemove}>
            <X aria-hidden="true" className="size-4" />
          </Button>
        )}
      </div>
      {step.where.map((condition, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a condition has nothing else that stays while it is written
        <div key={index} className="flex flex-wrap items-center gap-2">
          <span className="text-ink-soft text-[0.8125rem]">{index === 0 ? 'where' : 'and'}</span>
          <ConditionFields
            keyLabel={`Property of ${name.toLowerCase()}`}
            value={condition}
            suggestions={suggestions}
            onChange={(next) => setWhere(step.where.with(index, next))}
          />
          <Button
            variant="quiet"
            size="icon"
            aria-label={`Remove condition ${index + 1} of ${name.toLowerCase()}`}
            onClick={() => setWhere(step.where.toSpliced(index, 1))}
          >
            <X aria-hidden="true" className="size-4" />
          </Button>
        </div>
      ))}
    </div>
  )
}

type MovableProps = {
  index: number
  count: number
  onMove: (from: number, to: number) => void
  children: ReactNode
}

/** What a drag carries, so that other things dragged over the list are left alone. */
const DRAGGED = 'application/x-funnel-step'

/** A step that can be put elsewhere: by its handle with the mouse, or with the arrow keys while the handle has the focus. */
export function MovableStep({ index, count, onMove, children }: MovableProps) {
  const [isOver, setIsOver] = useState(false)
  return (
    <li
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(DRAGGED)) return
        event.preventDefault()
        setIsOver(true)
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        setIsOver(false)
        const from = event.dataTransfer.getData(DRAGGED)
        if (from === '') return
        event.preventDefault()
        onMove(Number(from), index)
      }}
      className={classNames('flex items-start gap-2 rounded-control p-1', isOver && 'bg-accent-soft')}
    >
      <button
        type="button"
        draggable
        aria-label={`Move step ${index + 1} of ${count}: arrow keys`}
        onDragStart={(event) => event.dataTransfer.setData(DRAGGED, String(index))}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
          event.preventDefault()
          onMove(index, index + (event.key === 'ArrowUp' ? -1 : 1))
        }}
        className="flex h-9 shrink-0 cursor-grab items-center gap-1 rounded-control px-1 text-ink-faint hover:text-ink"
      >
        <GripVertical aria-hidden="true" className="size-4" />
        <span className="figures text-xs">{index + 1}</span>
      </button>
      {children}
    </li>
  )
}
