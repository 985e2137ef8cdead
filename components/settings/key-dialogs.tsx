'use client'

import { type FormEvent, useState } from 'react'
import type { z } from 'zod'
import type { CreatedProjectKey, ProjectKey, projectKeyRequest } from '@/lib/contracts/project-settings'
import { useSubmit } from '../data/use-submit'
import { SubmitOutcome } from '../forms/submit-outcome'
import { toScriptTag } from '../panels/snippets'
import { Button } from '../ui/button'
import { CodeBlock } from '../ui/code-block'
import { Dialog } from '../ui/dialog'
import { Field, Select, TextInput } from '../ui/field'
import { Notice } from '../ui/notice'
import { KEY_LIFETIMES, type KeyLifetimeDays, toExpiresAt } from './key-expiry'

type NewKeyDialogProps = {
  onCreate: (request: z.input<typeof projectKeyRequest>) => Promise<unknown>
  onClose: () => void
}

/** Asks what kind of key to make, and for how long. */
export function NewKeyDialog({ onCreate, onClose }: NewKeyDialogProps) {
  const [kind, setKind] = useState<ProjectKey['kind']>('publishable')
  const [label, setLabel] = useState('')
  const [days, setDays] = useState<KeyLifetimeDays>(null)
  const state = useSubmit()
  const create = (event: FormEvent) => {
    event.preventDefault()
    void state.submit(() => onCreate({ kind, label, expiresAt: toExpiresAt(days, Date.now()) }))
  }
  return (
    <Dialog isOpen onOpenChange={(isOpen) => !isOpen && onClose()} title="New key">
      <form onSubmit={create} noValidate className="flex flex-col gap-4">
        <Field label="Kind" error={state.error?.issueAt('kind')}>
          {(control) => (
            <Select {...control} value={kind} onChange={(event) => setKind(event.target.value as ProjectKey['kind'])}>
              <option value="publishable">Publishable: for browsers, write only</option>
              <option value="secret">Secret: for servers, write and read</option>
            </Select>
          )}
        </Field>
        <Field label="Label" hint="Where it is used, for your own orientation" error={state.error?.issueAt('label')}>
          {(control) => (
            <TextInput
              {...control}
              value={label}
              onChange={(event) => setLabel(event.target.value)}
              maxLength={200}
              autoComplete="off"
            />
          )}
        </Field>
        <Field
          label="Expires"
          hint="From then on what uses it is refused, as if it were revoked"
          error={state.error?.issueAt('expiresAt')}
        >
          {(control) => (
            <Select
              {...control}
              value={KEY_LIFETIMES.findIndex((each) => each.days === days)}
              onChange={(event) => setDays(KEY_LIFETIMES[Number(event.target.value)]?.days ?? null)}
            >
              {KEY_LIFETIMES.map(({ text }, index) => (
                <option key={text} value={index}>
                  {text}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <SubmitOutcome state={{ ...state, isDone: false }} done="" />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={state.isSending}>
            Create key
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** Shows a whole key for the only time, with the line to put it to use. */
export function ShownKeyDialog({ created, onClose }: { created: CreatedProjectKey; onClose: () => void }) {
  return (
    <Dialog isOpen onOpenChange={(isOpen) => !isOpen && onClose()} title="Your new key">
      <Notice>Copy it now: only its first characters are kept, so that it cannot be shown again.</Notice>
      <CodeBlock label={`${created.kind} key`} code={created.key} />
      {created.kind === 'publishable' ? (
        <CodeBlock label="Script tag for any website" code={toScriptTag(window.location.origin, created.key)} />
      ) : (
        <p className="text-[0.8125rem] text-ink-soft">
          Send it as <code className="font-mono text-xs">Authorization: Bearer</code> from your servers, never from a
          browser.
        </p>
      )}
      <Button variant="primary" onClick={onClose} className="self-end">
        I have copied it
      </Button>
    </Dialog>
  )
}
