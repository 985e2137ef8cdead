'use client'

import Plus from 'lucide-react/icons/plus'
import X from 'lucide-react/icons/x'
import { COLUMN_KEYS } from '@/lib/contracts/step'
import { useEventProperties } from '../data/funnels'
import { Button } from '../ui/button'
import { Select, TextInput } from '../ui/field'
import { EMPTY_CONDITION } from './condition-draft'
import { ConditionFields, type KeySuggestions } from './condition-fields'
import { describeTime } from './describe-segment'
import { createLeaf, type LeafDraft } from './segment-draft'
import { SuggestedInput } from './suggested-input'
import { useSettled } from './use-settled'

/** What the fields suggest: nothing of it must be chosen. */
export type Suggestions = { project: string; events: readonly string[]; traits: KeySuggestions }

const KINDS = [
  { kind: 'did', text: 'Event' },
  { kind: 'trait', text: 'Trait' },
  { kind: 'property', text: 'Seen with' },
] as const
const COUNTS = [
  { op: 'gte', text: 'at least' },
  { op: 'eq', text: 'exactly' },
  { op: 'lte', text: 'at most' },
] as const
const TIMES = ['', '1d', '7d', '14d', '30d', '60d', '90d', '180d', '365d'] as const

// What rows of the event hold; until that is known, the columns that every row has.
function usePropertySuggestions(project: string, event: string): KeySuggestions {
  const { data } = useEventProperties(project, useSettled(event.trim()))
  return data?.items ?? COLUMN_KEYS.map((key) => ({ key, values: [] }))
}

type LeafFieldsProps = {
  leaf: LeafDraft
  onChange: (leaf: LeafDraft) => void
  onRemove: (() => void) | null
  suggestions: Suggestions
  /** Names the row for screen readers: `Condition 2`. */
  name: string
}

/** One condition: on events done, on a trait of the profile, or on how somebody was seen. */
export function LeafFields({ leaf, onChange, onRemove, suggestions, name }: LeafFieldsProps) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="sr-only">{name}</legend>
      <div className="flex flex-wrap items-center gap-2">
        <div className="w-32">
          <Select
            aria-label="Kind of condition"
            value={leaf.kind}
            onChange={(event) => onChange({ ...createLeaf(event.target.value as LeafDraft['kind']), id: leaf.id })}
          >
            {KINDS.map(({ kind, text }) => (
              <option key={kind} value={kind}>
                {text}
              </option>
            ))}
          </Select>
        </div>
        {leaf.kind === 'trait' ? (
          <ConditionFields
            keyLabel="Trait"
            value={leaf.condition}
            suggestions={suggestions.traits}
            onChange={(condition) => onChange({ ...leaf, condition })}
          />
        ) : (
          <DeedFields leaf={leaf} onChange={onChange} suggestions={suggestions} />
        )}
        {onRemove && (
          <Button variant="quiet" size="icon" aria-label={`Remove ${name.toLowerCase()}`} onClick={onRemove}>
            <X aria-hidden="true" className="size-4" />
          </Button>
        )}
      </div>
      {leaf.kind === 'did' && <WhereFields leaf={leaf} onChange={onChange} project={suggestions.project} />}
    </fieldset>
  )
}

type PartProps = Pick<LeafFieldsProps, 'leaf' | 'onChange'>

function DeedFields({ leaf, onChange, suggestions }: PartProps & { suggestions: Suggestions }) {
  return (
    <>
      <div className="w-28">
        <Select
          aria-label="Whether it was so"
          value={leaf.not ? 'not' : 'is'}
          onChange={(event) => onChange({ ...leaf, not: event.target.value === 'not' })}
        >
          <option value="is">{leaf.kind === 'did' ? 'did' : 'ever'}</option>
          <option value="not">{leaf.kind === 'did' ? 'did not' : 'never'}</option>
        </Select>
      </div>
      {leaf.kind === 'did' ? (
        <EventFields leaf={leaf} onChange={onChange} events={suggestions.events} />
      ) : (
        <PropertyFields leaf={leaf} onChange={onChange} project={suggestions.project} />
      )}
      <div className="w-48">
        <Select
          aria-label="Within"
          value={leaf.within}
          onChange={(event) => onChange({ ...leaf, within: event.target.value })}
        >
          {[...new Set([...TIMES, leaf.within])].map((time) => (
            <option key={time} value={time}>
              {time === '' ? 'at any time' : `in the last ${describeTime(time)}`}
            </option>
          ))}
        </Select>
      </div>
    </>
  )
}

function EventFields({ leaf, onChange, events }: PartProps & { events: readonly string[] }) {
  const { count } = leaf
  return (
    <>
      <div className="w-52 min-w-0 grow basis-40">
        <SuggestedInput
          aria-label="Event"
          placeholder="event, or * for any"
          value={leaf.event}
          maxLength={200}
          suggestions={events}
          onChange={(event) => onChange({ ...leaf, event: event.target.value })}
        />
      </div>
      <div className="flex items-center gap-2">
        <div className="w-28">
          <Select
            aria-label="How often: comparison"
            value={count.op}
            onChange={(event) => onChange({ ...leaf, count: { ...count, op: event.target.value as typeof count.op } })}
          >
            {COUNTS.map(({ op, text }) => (
              <option key={op} value={op}>
                {text}
              </option>
            ))}
          </Select>
        </div>
        <div className="w-16">
          <TextInput
            aria-label="How often"
            inputMode="numeric"
            value={count.n}
            maxLength={7}
            onChange={(event) => onChange({ ...leaf, count: { ...count, n: event.target.value } })}
          />
        </div>
        <span className="text-ink-soft">times</span>
      </div>
    </>
  )
}

function PropertyFields({ leaf, onChange, project }: PartProps & { project: string }) {
  return (
    <ConditionFields
      keyLabel="Property"
      value={leaf.condition}
      suggestions={usePropertySuggestions(project, '*')}
      onChange={(condition) => onChange({ ...leaf, condition })}
    />
  )
}

function WhereFields({ leaf, onChange, project }: PartProps & { project: string }) {
  const suggestions = usePropertySuggestions(project, leaf.where.length > 0 ? leaf.event : '')
  const set = (where: LeafDraft['where']) => onChange({ ...leaf, where })
  return (
    <div className="flex flex-col gap-2 sm:pl-30">
      {leaf.where.map((condition, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a condition has nothing else that stays while it is written
        <div key={index} className="flex flex-wrap items-center gap-2">
          <span className="text-ink-soft">where</span>
          <ConditionFields
            keyLabel="Property"
            value={condition}
            suggestions={suggestions}
            onChange={(next) => set(leaf.where.with(index, next))}
          />
          <Button
            variant="quiet"
            size="icon"
            aria-label={`Remove where ${index + 1}`}
            onClick={() => set(leaf.where.toSpliced(index, 1))}
          >
            <X aria-hidden="true" className="size-4" />
          </Button>
        </div>
      ))}
      <Button
        variant="quiet"
        size="small"
        className="-ml-2.5 self-start"
        onClick={() => set([...leaf.where, EMPTY_CONDITION])}
      >
        <Plus aria-hidden="true" className="size-3.5" />
        where
      </Button>
    </div>
  )
}
