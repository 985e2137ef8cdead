'use client'

import { type FormEvent, useState } from 'react'
import { useSubmit } from '../data/use-submit'
import { SubmitOutcome } from '../forms/submit-outcome'
import { Button } from '../ui/button'
import { Field, TextArea } from '../ui/field'
import { parseLines, toLineFault } from './lines'
import { SettingsCard } from './settings-card'

type LinesCardProps = {
  title: string
  description: string
  label: string
  hint: string
  placeholder: string
  lines: readonly string[]
  canChange: boolean
  /** Where the list stands in the request's body; a fault of an entry is shown at the field. */
  path: string
  /** Stores the lines and gives them as they are stored. */
  save: (lines: string[]) => Promise<readonly string[]>
}

/** One list of the project's settings, edited as text with one entry per line. */
export function LinesCard({ title, description, lines, canChange, path, save, ...field }: LinesCardProps) {
  const [text, setText] = useState(lines.join('\n'))
  const [sent, setSent] = useState<readonly string[]>([])
  const state = useSubmit()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const entries = parseLines(text)
    setSent(entries)
    void state.submit(async () => setText((await save(entries)).join('\n')))
  }
  const fault = state.error && toLineFault(state.error.issues, path, sent)
  return (
    <SettingsCard title={title} description={description}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <Field label={field.label} hint={field.hint} error={fault}>
          {(control) => (
            <TextArea
              {...control}
              rows={4}
              value={text}
              onChange={(event) => setText(event.target.value)}
              disabled={!canChange}
              spellCheck={false}
              placeholder={field.placeholder}
            />
          )}
        </Field>
        {canChange && (
          <Button type="submit" variant="primary" disabled={state.isSending} className="self-start">
            {state.isSending ? 'Saving…' : 'Save'}
          </Button>
        )}
        <SubmitOutcome
          state={fault ? { error: undefined, isDone: false } : state}
          done="Saved. It holds within seconds."
        />
      </form>
    </SettingsCard>
  )
}
