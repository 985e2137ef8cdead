'use client'

import { type FormEvent, useState } from 'react'
import type { CreatedMember } from '@/lib/contracts/project-settings'
import { ROLES, type Role } from '@/lib/contracts/session'
import { createMember } from '../data/project-settings'
import { useSubmit } from '../data/use-submit'
import { SubmitOutcome } from '../forms/submit-outcome'
import { Button } from '../ui/button'
import { Field, Select, TextInput } from '../ui/field'

type AddMemberFormProps = { slug: string; onAdded: (member: CreatedMember) => Promise<void> }

/** Adds a person to the project by address; who has no account gets one. */
export function AddMemberForm({ slug, onAdded }: AddMemberFormProps) {
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const state = useSubmit()
  const add = (event: FormEvent) => {
    event.preventDefault()
    void state.submit(async () => {
      await onAdded(await createMember(slug, email.trim(), role))
      setEmail('')
    })
  }
  const fault = state.error?.issueAt('email')
  return (
    <form onSubmit={add} noValidate className="flex flex-col gap-3">
      <div className="flex flex-wrap items-start gap-3">
        <div className="w-full sm:w-72">
          <Field label="E-mail address" error={fault}>
            {(control) => (
              <TextInput
                {...control}
                type="email"
                value={email}
                onChange={(event) => setEmail(event.target.value)}
                autoComplete="off"
                required
              />
            )}
          </Field>
        </div>
        <div className="w-36">
          <Field label="Role" error={state.error?.issueAt('role')}>
            {(control) => (
              <Select {...control} value={role} onChange={(event) => setRole(event.target.value as Role)}>
                {ROLES.map((each) => (
                  <option key={each} value={each}>
                    {each}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        <Button type="submit" className="sm:mt-[1.625rem]" disabled={state.isSending || email.trim() === ''}>
          {state.isSending ? 'Adding…' : 'Add member'}
        </Button>
      </div>
      {!fault && <SubmitOutcome state={{ ...state, isDone: false }} done="" />}
    </form>
  )
}
