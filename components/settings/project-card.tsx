'use client'

import { type FormEvent, useMemo, useState } from 'react'
import type { ProjectSettings } from '@/lib/contracts/project-settings'
import { updateProject } from '../data/project-settings'
import { useSubmit } from '../data/use-submit'
import { SubmitOutcome } from '../forms/submit-outcome'
import { Button } from '../ui/button'
import { Field, TextInput } from '../ui/field'
import { SettingsCard } from './settings-card'

type ProjectCardProps = { settings: ProjectSettings; canChange: boolean }

/** The project's name and time zone. */
export function ProjectCard({ settings, canChange }: ProjectCardProps) {
  const [name, setName] = useState(settings.name)
  const [timezone, setTimezone] = useState(settings.timezone)
  const state = useSubmit()
  const zones = useMemo(() => Intl.supportedValuesOf('timeZone'), [])
  const save = (event: FormEvent) => {
    event.preventDefault()
    void state.submit(() => updateProject(settings.slug, { name, timezone }))
  }
  return (
    <SettingsCard title="Project" description="Days and hours on the dashboard begin in the project’s time zone.">
      <form onSubmit={save} noValidate className="flex flex-col gap-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Name" error={state.error?.issueAt('name')}>
            {(control) => (
              <TextInput
                {...control}
                value={name}
                onChange={(event) => setName(event.target.value)}
                disabled={!canChange}
                autoComplete="off"
                maxLength={200}
              />
            )}
          </Field>
          <Field label="Time zone" hint="An IANA name, such as Europe/Berlin" error={state.error?.issueAt('timezone')}>
            {(control) => (
              <TextInput
                {...control}
                list="timezones"
                value={timezone}
                onChange={(event) => setTimezone(event.target.value)}
                disabled={!canChange}
                autoComplete="off"
                spellCheck={false}
              />
            )}
          </Field>
          <datalist id="timezones">
            {zones.map((zone) => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
        </div>
        {canChange && (
          <Button type="submit" variant="primary" disabled={state.isSending} className="self-start">
            {state.isSending ? 'Saving…' : 'Save'}
          </Button>
        )}
        <SubmitOutcome state={state} done="Saved." />
      </form>
    </SettingsCard>
  )
}
