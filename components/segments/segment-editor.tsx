'use client'

import { type FormEvent, useId, useMemo, useState } from 'react'
import type { Segment, SegmentRequest } from '@/lib/contracts/segment'
import { useEventNames, useSegmentPreview, useTraitSuggestions } from '../data/segments'
import { useSubmit } from '../data/use-submit'
import { SubmitOutcome } from '../forms/submit-outcome'
import { Button } from '../ui/button'
import { Card } from '../ui/card'
import { Field, TextInput } from '../ui/field'
import { ConditionList } from './condition-list'
import { LiveCount } from './live-count'
import { createDraft, toDefinition, toDraft } from './segment-draft'
import { useSettled } from './use-settled'

type SegmentEditorProps = {
  project: string
  /** The segment to change; null to write a new one. */
  segment: Segment | null
  onSave: (request: SegmentRequest) => Promise<unknown>
  onClose: () => void
}

/** Writes a segment, with the number of people it means while it is written. */
export function SegmentEditor({ project, segment, onSave, onClose }: SegmentEditorProps) {
  const titleId = useId()
  const [name, setName] = useState(segment?.name ?? '')
  const [draft, setDraft] = useState(() => (segment ? toDraft(segment.definition) : createDraft()))
  const definition = useMemo(() => toDefinition(draft), [draft])
  const preview = useSegmentPreview(project, useSettled(definition))
  const events = useEventNames(project)
  const traits = useTraitSuggestions(project)
  const state = useSubmit()
  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (definition && (await state.submit(() => onSave({ name, definition })))) onClose()
  }
  return (
    <section aria-labelledby={titleId}>
      <Card className="p-5 sm:p-6">
        <form onSubmit={save} noValidate className="flex flex-col gap-5 text-[0.8125rem]">
          <h2 id={titleId} className="font-semibold text-[0.9375rem] tracking-tight">
            {segment ? `Edit “${segment.name}”` : 'New segment'}
          </h2>
          <div className="max-w-md">
            <Field label="Name" error={nameFault(state.error)}>
              {(control) => (
                <TextInput
                  {...control}
                  value={name}
                  maxLength={200}
                  autoComplete="off"
                  placeholder="Customers who came back"
                  // Opened by the person's own step into it, so that the next key they press belongs here.
                  autoFocus={segment === null}
                  onChange={(event) => setName(event.target.value)}
                />
              )}
            </Field>
          </div>
          <ConditionList
            value={draft}
            onChange={setDraft}
            suggestions={{ project, events: ['*', ...(events.data ?? [])], traits: traits.data ?? [] }}
          />
          <LiveCount preview={preview} isWaiting={definition === null} />
          <SubmitOutcome state={{ ...state, isDone: false }} done="" />
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>Cancel</Button>
            <Button
              type="submit"
              variant="primary"
              disabled={state.isSending || definition === null || name.trim() === ''}
            >
              Save segment
            </Button>
          </div>
        </form>
      </Card>
    </section>
  )
}

function nameFault(error: ReturnType<typeof useSubmit>['error']): string | undefined {
  return error?.code === 'conflict' ? error.message : error?.issueAt('name')
}
