'use client'

import { type FormEvent, useState } from 'react'
import type { ProjectSettings } from '@/lib/contracts/project-settings'
import { updateProject } from '../data/project-settings'
import { useSubmit } from '../data/use-submit'
import { SubmitOutcome } from '../forms/submit-outcome'
import { Button } from '../ui/button'
import { Field, TextArea } from '../ui/field'
import { parseLines, toLineFault } from './lines'
import { SettingsCard } from './settings-card'

type OriginsCardProps = { settings: ProjectSettings; canChange: boolean }

/** Which websites may send to this project with its publishable key. */
export function OriginsCard({ settings, canChange }: OriginsCardProps) {
  const [text, setText] = useState(settings.allowedOrigins.join('\n'))
  const [sent, setSent] = useState<readonly string[]>([])
  const state = useSubmit()
  const save = (event: FormEvent) => {
    event.preventDefault()
    const origins = parseLines(text)
    setSent(origins)
    void state.submit(async () => {
      const saved = await updateProject(settings.slug, { allowedOrigins: origins })
      setText(saved.allowedOrigins.join('\n'))
    })
  }
  const fault = state.error && toLineFault(state.error.issues, 'allowedOrigins', sent)
  return (
    <SettingsCard
      title="Allowed origins"
      description="Websites whose visitors may send to this project. This install’s own pages always may; any other origin is refused with 403 and nothing is stored."
    >
      <form onSubmit={save} noValidate className="flex flex-col gap-4">
        <Field label="Origins" hint="One per line, scheme and host without a path: https://shop.example" error={fault}>
          {(control) => (
            <TextArea
              {...control}
              rows={4}
              value={text}
              onChange={(event) => setText(event.target.value)}
              disabled={!canChange}
              spellCheck={false}
              placeholder="https://shop.example"
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
