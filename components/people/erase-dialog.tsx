'use client'

import { type FormEvent, useState } from 'react'
import type { ErasureReceipt, PersonReference } from '@/lib/contracts/people'
import { erasePerson } from '../data/people'
import { useSubmit } from '../data/use-submit'
import { SubmitOutcome } from '../forms/submit-outcome'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { Field, TextInput } from '../ui/field'
import { toReferenceText } from './person-reference'

type EraseDialogProps = {
  project: string
  person: PersonReference
  onErased: (receipt: ErasureReceipt) => void
  onClose: () => void
}

/** Asks for the id once more before a person is erased: a click alone cannot do it, nor one on the wrong person. */
export function EraseDialog({ project, person, onErased, onClose }: EraseDialogProps) {
  const id = toReferenceText(person)
  const [typed, setTyped] = useState('')
  const state = useSubmit()
  const erase = (event: FormEvent) => {
    event.preventDefault()
    if (typed.trim() !== id) return
    void state.submit(async () => onErased(await erasePerson(project, person)))
  }
  return (
    <Dialog
      kind="alert"
      isOpen
      onOpenChange={(isOpen) => !isOpen && !state.isSending && onClose()}
      title="Erase this person?"
      description="All their rows go, in every table, the spill and the dead letters, and every figure is corrected. What their devices still send about the time before is refused. This cannot be undone."
    >
      <form onSubmit={erase} noValidate className="flex flex-col gap-4">
        <Field label="Type the id to confirm" hint={<span className="break-all font-mono">{id}</span>}>
          {(control) => (
            <TextInput
              {...control}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              autoComplete="off"
              spellCheck={false}
              disabled={state.isSending}
            />
          )}
        </Field>
        <SubmitOutcome state={{ ...state, isDone: false }} done="" />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose} disabled={state.isSending}>
            Cancel
          </Button>
          <Button type="submit" variant="danger" disabled={state.isSending || typed.trim() !== id}>
            {state.isSending ? 'Erasing…' : 'Erase for good'}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
