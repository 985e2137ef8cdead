'use client'

import { Select, TextInput } from '../ui/field'
import { type ConditionDraft, formatScalar, OPERATORS, type Operator, toOperand } from './condition-draft'
import { SuggestedInput } from './suggested-input'

/** Keys that can be asked for, each with values that occur. */
export type KeySuggestions = readonly { key: string; values: readonly (string | number | boolean)[] }[]

type ConditionFieldsProps = {
  value: ConditionDraft
  onChange: (value: ConditionDraft) => void
  suggestions: KeySuggestions
  /** What the key names, such as `Trait`: the fields' names for screen readers begin with it. */
  keyLabel: string
}

const PLACEHOLDERS = {
  one: 'value',
  many: 'value, value',
  text: 'part of a text',
  number: 'number',
  nothing: '',
} as const

/** Key, operator and value of one condition. */
export function ConditionFields({ value, onChange, suggestions, keyLabel }: ConditionFieldsProps) {
  const operand = toOperand(value.op)
  const known = suggestions.find(({ key }) => key === value.key.trim())?.values ?? []
  return (
    <>
      <div className="w-40 min-w-0 max-sm:w-full">
        <SuggestedInput
          aria-label={keyLabel}
          placeholder={keyLabel.toLowerCase()}
          value={value.key}
          maxLength={200}
          suggestions={suggestions.map(({ key }) => key)}
          onChange={(event) => onChange({ ...value, key: event.target.value })}
        />
      </div>
      <div className="w-36 min-w-0">
        <Select
          aria-label={`${keyLabel}: comparison`}
          value={value.op}
          onChange={(event) => onChange({ ...value, op: event.target.value as Operator })}
        >
          {OPERATORS.map(({ op, text }) => (
            <option key={op} value={op}>
              {text}
            </option>
          ))}
        </Select>
      </div>
      {operand !== 'nothing' && (
        <div className="w-40 min-w-0 grow basis-32">
          {operand === 'one' ? (
            <SuggestedInput
              aria-label={`${keyLabel}: value`}
              placeholder={PLACEHOLDERS.one}
              value={value.value}
              maxLength={1_000}
              suggestions={known.map((each) => formatScalar(each, value.key.trim()))}
              onChange={(event) => onChange({ ...value, value: event.target.value })}
            />
          ) : (
            <TextInput
              aria-label={`${keyLabel}: value`}
              placeholder={PLACEHOLDERS[operand]}
              value={value.value}
              maxLength={4_000}
              inputMode={operand === 'number' ? 'decimal' : undefined}
              autoComplete="off"
              onChange={(event) => onChange({ ...value, value: event.target.value })}
            />
          )}
        </div>
      )}
    </>
  )
}
