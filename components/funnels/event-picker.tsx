'use client'

import { useId, useState } from 'react'
import { useEventNames } from '../data/funnels'
import { formatCount } from '../format/format-number'
import { useSettled } from '../segments/use-settled'
import { classNames } from '../ui/class-names'
import { TextInput } from '../ui/field'

type EventPickerProps = {
  project: string
  /** What is chosen, for screen readers: `Event of step 2`. */
  label: string
  value: string
  onChange: (event: string) => void
}

/** What `*` is called: typed over, it is not in the way. */
const ANY_EVENT = 'Any event'

type Option = { event: string; count: number | null }

/**
 * A search through the project's event names: a combobox, so arrow keys walk the names found and Enter takes one. Any other text is
 * taken, too: an event may be yet to come.
 */
export function EventPicker({ project, label, value, onChange }: EventPickerProps) {
  const listId = useId()
  const [isOpen, setIsOpen] = useState(false)
  const [activeName, setActiveName] = useState<string | null>(null)
  const search = useSettled(value, 150)
  const names = useEventNames(project, isOpen ? (search === '*' ? '' : search) : null)
  const options: readonly Option[] = isOpen ? toOptions(names.data?.items ?? [], value) : []
  // By name: the list may change between the arrow and Enter.
  const active = options.findIndex(({ event }) => event === activeName)
  const close = () => {
    setIsOpen(false)
    setActiveName(null)
  }
  const choose = (event: string) => {
    onChange(event)
    close()
  }
  return (
    <div className="relative min-w-0 grow basis-48">
      <TextInput
        className="w-full"
        role="combobox"
        aria-label={label}
        aria-expanded={options.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 ? `${listId}-${active}` : undefined}
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        placeholder="Search an event, or * for any"
        value={value === '*' ? (isOpen ? '' : ANY_EVENT) : value}
        onFocus={() => setIsOpen(true)}
        onBlur={close}
        onChange={(event) => {
          onChange(event.target.value)
          setIsOpen(true)
          setActiveName(null)
        }}
        onKeyDown={(event) => {
          const chosen = options[active]
          if (event.key === 'Escape') close()
          else if (event.key === 'Enter' && chosen) choose(chosen.event)
          else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault()
            setIsOpen(true)
            const next = event.key === 'ArrowDown' ? active + 1 : Math.max(active, 0) - 1
            setActiveName(options.at(next % options.length)?.event ?? null)
          }
        }}
      />
      {options.length > 0 && (
        <ul
          id={listId}
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: the list of a combobox (ARIA APG, combobox)
          role="listbox"
          aria-label={`Names for ${label.toLowerCase()}`}
          className="absolute top-full left-0 z-30 mt-1 max-h-64 w-full min-w-64 overflow-y-auto rounded-control border border-line bg-raised py-1 shadow-popover"
        >
          {options.map(({ event, count }, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard stays in the input, which points here
            <li
              key={event}
              id={`${listId}-${index}`}
              // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: an option of the list above
              role="option"
              aria-selected={index === active}
              tabIndex={-1}
              onMouseDown={(pressed) => pressed.preventDefault()}
              onClick={() => choose(event)}
              className={classNames(
                'flex cursor-pointer items-baseline justify-between gap-3 px-3 py-1.5 text-[0.8125rem]',
                index === active ? 'bg-accent-soft text-accent' : 'hover:bg-sunken',
              )}
            >
              <span className="min-w-0 truncate">{event === '*' ? ANY_EVENT : event}</span>
              {count !== null && <span className="figures text-ink-faint text-xs">{formatCount(count)}</span>}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** What was found and fits what is written: until the answer to the last letter is there, the one before is shown. */
function toOptions(found: readonly { event: string; count: number }[], text: string): readonly Option[] {
  const part = text === '*' ? '' : text.toLowerCase()
  return [...found.filter(({ event }) => event.toLowerCase().includes(part)), { event: '*', count: null }]
}
