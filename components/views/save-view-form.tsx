'use client'

import { type FormEvent, useState } from 'react'
import type { SavedView } from '@/lib/contracts/saved-view'
import { useSubmit } from '../data/use-submit'
import { SubmitOutcome } from '../forms/submit-outcome'
import { Button } from '../ui/button'
import { Field, TextInput } from '../ui/field'

type SaveViewFormProps = {
  /** The view to rename; null to keep the page as it is now. */
  renamed: SavedView | null
  onSave: (name: string) => Promise<unknown>
  onCancel: () => void
}

/** Asks for the name of a view. */
export function SaveViewForm({ renamed, onSave, onCancel }: SaveViewFormProps) {
  const [name, setName] = useState(renamed?.name ?? '')
  const state = useSubmit()
  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (await state.submit(() => onSave(name))) setName('')
  }
  const fault = state.error?.code === 'conflict' ? state.error.message : state.error?.issueAt('name')
  return (
    <form onSubmit={save} noValidate className="flex flex-col gap-2 border-line border-t pt-3">
      <Field label={renamed ? `New name of “${renamed.name}”` : 'Save this page as'} error={fault}>
        {(control) => (
          <TextInput
            {...control}
            value={name}
            maxLength={200}
            autoComplete="off"
            placeholder="Mobile in Germany"
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      {fault === undefined && <SubmitOutcome state={{ ...state, isDone: false }} done="" />}
      <div className="flex justify-end gap-2">
        {renamed && (
          <Button size="small" onClick={onCancel}>
            Cancel
          </Button>
        )}
        <Button type="submit" size="small" variant="primary" disabled={state.isSending || name.trim() === ''}>
          {renamed ? 'Rename' : 'Save view'}
        </Button>
      </div>
    </form>
  )
}
