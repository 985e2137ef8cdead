'use client'

import { type KeyboardEvent, type ReactNode, useId, useState } from 'react'
import { classNames } from './class-names'
import { TextInput } from './field'

export type ComboboxOption = { value: string; label: string; note?: string }

type ComboboxProps = {
  label: string
  placeholder?: string
  options: readonly ComboboxOption[]
  onChoose: (value: string) => void
  /** Whether a text that is none of the options may be chosen as it is. */
  isOpenEnded?: boolean
  /** Said when there is no option to choose. */
  empty?: ReactNode
  autoFocus?: boolean
}

/** The options whose name or value holds the text, and the text itself where that is allowed and none is equal. */
export function toMatches(
  options: readonly ComboboxOption[],
  text: string,
  isOpenEnded: boolean,
): readonly ComboboxOption[] {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return options
  const matches = options.filter(({ value, label }) => `${label}\n${value}`.toLowerCase().includes(wanted))
  const isKnown = options.some(({ value, label }) => [value, label].some((each) => each.toLowerCase() === wanted))
  const typed = { value: text.trim(), label: `Exactly “${text.trim()}”` }
  return isOpenEnded && !isKnown ? [...matches, typed] : matches
}

/**
 * A search field over a list, always open: arrows move, Enter chooses
 * (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). Focus stays in the field.
 */
export function Combobox(props: ComboboxProps) {
  const { label, placeholder, options, onChoose, isOpenEnded = false, empty, autoFocus } = props
  const id = useId()
  const [text, setText] = useState('')
  const [active, setActive] = useState(0)
  const matches = toMatches(options, text, isOpenEnded)
  const index = Math.min(active, matches.length - 1)
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined && matches.length > 0) {
      event.preventDefault()
      const next = (index + step + matches.length) % matches.length
      setActive(next)
      document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: 'nearest' })
    }
    const chosen = matches[index]
    if (event.key === 'Enter' && chosen) {
      event.preventDefault()
      onChoose(chosen.value)
    }
  }
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <TextInput
        role="combobox"
        aria-label={label}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={matches.length > 0 ? `${id}-${index}` : undefined}
        aria-autocomplete="list"
        placeholder={placeholder}
        value={text}
        // Opened by the person's own step into it, so that the next key they press belongs here.
        autoFocus={autoFocus}
        onChange={(event) => {
          setText(event.target.value)
          setActive(0)
        }}
        onKeyDown={onKeyDown}
      />
      <div id={`${id}-list`} role="listbox" aria-label={label} className="flex max-h-64 flex-col overflow-y-auto">
        {matches.map((option, position) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the field, where focus stays
          // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the field, which names the active option
          <div
            key={`${option.value}|${option.label}`}
            id={`${id}-${position}`}
            role="option"
            aria-selected={position === index}
            onClick={() => onChoose(option.value)}
            onPointerMove={() => setActive(position)}
            className={classNames(
              'flex min-h-8 cursor-pointer items-center justify-between gap-3 rounded-control px-2.5 py-1.5',
              position === index && 'bg-sunken',
            )}
          >
            <span className="min-w-0 truncate" title={option.label}>
              {option.label}
            </span>
            {option.note && <span className="figures shrink-0 text-ink-faint text-xs">{option.note}</span>}
          </div>
        ))}
      </div>
      {matches.length === 0 && <p className="px-2.5 pb-1 text-ink-faint">{empty ?? 'Nothing matches.'}</p>}
    </div>
  )
}
