'use client'

import { type ComponentProps, useId } from 'react'
import { TextInput } from '../ui/field'

/** A one-line input that suggests known values and takes any; the platform's own list, for every keyboard and screen reader. */
export function SuggestedInput({
  suggestions,
  ...props
}: ComponentProps<typeof TextInput> & { suggestions: readonly string[] }) {
  const listId = useId()
  return (
    <>
      <TextInput list={listId} autoComplete="off" spellCheck={false} {...props} />
      <datalist id={listId}>
        {[...new Set(suggestions)].map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </>
  )
}
