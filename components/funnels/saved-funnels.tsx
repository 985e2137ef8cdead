'use client'

import { useState } from 'react'
import type { FunnelDefinitionInput, SavedFunnel } from '@/lib/contracts/funnel-library'
import { createFunnel, deleteFunnel, updateFunnel, useFunnelLibrary } from '../data/funnels'
import { useSubmit } from '../data/use-submit'
import { ConfirmDialog } from '../forms/confirm-dialog'
import { SubmitOutcome } from '../forms/submit-outcome'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { Field, Select, TextInput } from '../ui/field'

type SavedFunnelsProps = {
  project: string
  canManage: boolean
  /** Id of the saved funnel that is open; null for none. */
  openId: string | null
  /** What is written now; null while it is incomplete. */
  definition: FunnelDefinitionInput | null
  onOpen: (id: string | null, definition: unknown) => void
}

/** Opens saved funnels and those of conversions, and keeps what is written. */
export function SavedFunnels({ project, canManage, openId, definition, onOpen }: SavedFunnelsProps) {
  const library = useFunnelLibrary(project)
  const [dialog, setDialog] = useState<'save' | 'delete' | null>(null)
  const update = useSubmit()
  const items = library.data?.items ?? []
  const conversions = library.data?.conversions ?? []
  const open = items.find(({ id }) => id === openId) ?? null
  const choose = (value: string) => {
    const saved = items.find(({ id }) => value === `saved:${id}`)
    const named = conversions.find(({ name }) => value === `conversions:${name}`)
    if (saved) onOpen(saved.id, saved.definition)
    else if (named) {
      onOpen(null, { conversions: named.name, steps: named.steps.slice(0, 20).map((event) => ({ event })) })
    } else onOpen(null, null)
  }
  return (
    <div className="flex flex-wrap items-center gap-2">
      <div className="w-56">
        <Select
          aria-label="Open a funnel"
          value={open ? `saved:${open.id}` : ''}
          onChange={(event) => choose(event.target.value)}
        >
          <option value="">{open ? 'New funnel' : 'Open a funnel …'}</option>
          {items.length > 0 && (
            <optgroup label="Saved">
              {items.map(({ id, name }) => (
                <option key={id} value={`saved:${id}`}>
                  {name}
                </option>
              ))}
            </optgroup>
          )}
          {conversions.length > 0 && (
            <optgroup label="Conversions fed by code">
              {conversions.map(({ name }) => (
                <option key={name} value={`conversions:${name}`}>
                  {name}
                </option>
              ))}
            </optgroup>
          )}
        </Select>
      </div>
      {canManage && open && (
        <>
          <Button
            disabled={definition === null || update.isSending}
            onClick={() =>
              definition &&
              void update.submit(async () => {
                await updateFunnel(project, open.id, { definition })
                await library.reload()
              })
            }
          >
            Save changes
          </Button>
          <Button variant="quiet" onClick={() => setDialog('delete')}>
            Delete
          </Button>
        </>
      )}
      {canManage && (
        <Button variant="primary" disabled={definition === null} onClick={() => setDialog('save')}>
          {open ? 'Save as …' : 'Save …'}
        </Button>
      )}
      <SubmitOutcome state={update} done="Saved." />
      {dialog === 'save' && definition && (
        <SaveDialog
          onClose={() => setDialog(null)}
          onSave={async (name) => {
            const saved: SavedFunnel = await createFunnel(project, name, definition)
            await library.reload()
            onOpen(saved.id, saved.definition)
          }}
        />
      )}
      {dialog === 'delete' && open && (
        <ConfirmDialog
          title={`Delete “${open.name}”?`}
          description="The events it looks at stay; a link to it opens nothing from then on."
          action="Delete funnel"
          onConfirm={async () => {
            await deleteFunnel(project, open.id)
            await library.reload()
            onOpen(null, definition)
          }}
          onClose={() => setDialog(null)}
        />
      )}
    </div>
  )
}

function SaveDialog({ onSave, onClose }: { onSave: (name: string) => Promise<void>; onClose: () => void }) {
  const [name, setName] = useState('')
  const state = useSubmit()
  return (
    <Dialog isOpen onOpenChange={(isOpen) => !isOpen && onClose()} title="Save this funnel">
      <form
        className="flex flex-col gap-4"
        onSubmit={async (event) => {
          event.preventDefault()
          if (await state.submit(() => onSave(name.trim()))) onClose()
        }}
      >
        <Field label="Name" error={state.error?.code === 'conflict' ? state.error.message : undefined}>
          {(control) => (
            <TextInput
              {...control}
              required
              maxLength={200}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        {state.error?.code !== 'conflict' && <SubmitOutcome state={{ ...state, isDone: false }} done="" />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={name.trim() === '' || state.isSending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
